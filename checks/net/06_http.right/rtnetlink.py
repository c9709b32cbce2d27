#!/usr/bin/python3
# Different: no library and no ip(8), the messages are put together here; nft(8) for rules.
# The program stays outside and in its directory, the child goes inside and to DIR.
import ctypes
import os
import re
import signal
import socket
import struct
import subprocess
import sys

CLONE_NEWNET, IFF_UP = 0x40000000, 1
NEWLINK, DELLINK, NEWADDR, NEWROUTE = 16, 17, 20, 24
REQUEST_ACK, NEW = 0x5, 0x600
IFNAME, LINKINFO, NS_PID, GATEWAY = 3, 18, 19, 5
IP_FORWARD = "/proc/sys/net/ipv4/ip_forward"
STOPS = {signal.SIGTERM, signal.SIGINT}
MASQUERADE = """
add table ip http-py
add chain ip http-py post { type nat hook postrouting priority srcnat; }
add rule ip http-py post ip saddr 10.0.0.0/24 oifname != "veth-host" masquerade
"""
RULE = "rule ip filter FORWARD"
THROUGH = ('iifname "veth-host" accept', 'oifname "veth-host" ct state established,related accept')
os.environ["PATH"] += ":/usr/sbin:/sbin"
libc = ctypes.CDLL(None, use_errno=True)


def attr(kind, *parts):
    data = b"".join(parts)
    return struct.pack("HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


def link(index=0, up=0):
    return struct.pack("BxHiII", 0, 0, index, up, up)


def talk(kind, flags, *parts):
    """One message to the network that we are in, and the kernel's answer."""
    body = b"".join(parts)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.send(struct.pack("IHHII", 16 + len(body), kind, REQUEST_ACK | flags, 1, 0) + body)
        error = -struct.unpack_from("i", sock.recv(4096), 16)[0]
    if error:
        raise OSError(error, f"netlink: {os.strerror(error)}")


def set_up(name, address=None):
    index = socket.if_nametoindex(name)
    talk(NEWLINK, 0, link(index, IFF_UP))
    if address:
        raw = socket.inet_aton(address)
        head = struct.pack("BBBBI", socket.AF_INET, 24, 0, 0, index)
        talk(NEWADDR, NEW, head, attr(1, raw), attr(2, raw))


def nft(*words):
    return subprocess.run(["nft", *words], capture_output=True, text=True, check=False)


def inside(directory, outside, ready, go_on, cmd):
    """The child: a namespace, a cable whose other end is born outside, a route, CMD."""
    if libc.unshare(CLONE_NEWNET) < 0:
        raise OSError(ctypes.get_errno(), "unshare")
    peer = attr(1, link(), attr(IFNAME, b"veth-host\0"), attr(NS_PID, struct.pack("I", outside)))
    info = attr(LINKINFO, attr(1, b"veth"), attr(2, peer))
    talk(NEWLINK, NEW, link(), attr(IFNAME, b"veth-blue\0"), info)
    set_up("veth-blue", "10.0.0.2")
    set_up("lo")
    default = struct.pack("BBBBBBBBI", socket.AF_INET, 0, 0, 0, 254, 4, 0, 1, 0)
    talk(NEWROUTE, NEW, default, attr(GATEWAY, socket.inet_aton("10.0.0.1")))
    os.write(ready, b"x")
    if not os.read(go_on, 1):
        raise OSError("outside gave up")
    os.chdir(directory)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"http: {cmd[0]}: {error}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def translate(handles):
    if nft(MASQUERADE).returncode:
        raise OSError("nft: no masquerading")
    for rule in THROUGH:
        handles += re.findall(r"# handle (\d+)", nft("-e", "-a", f"insert {RULE} {rule}").stdout)


def wait_for(child):
    def stop(number, _):
        os.kill(child, signal.SIGKILL if number == signal.SIGALRM else number)
        signal.alarm(2)

    for number in (*STOPS, signal.SIGALRM):
        signal.signal(number, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return os.waitpid(child, 0)[1]


def main(directory, cmd):
    me = os.getpid()
    handles = []
    is_ready, ready = os.pipe()
    go_on, go = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    child = os.fork()
    if child == 0:
        os.close(go)
        try:
            inside(directory, me, ready, go_on, cmd)
        except OSError as error:
            print(f"http: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(1)
    os.close(ready)
    os.read(is_ready, 1)
    with open(IP_FORWARD, "r+", encoding="ascii") as file:
        forward = file.read()
    try:
        set_up("veth-host", "10.0.0.1")
        with open(IP_FORWARD, "w", encoding="ascii") as file:
            file.write("1")
        translate(handles)
        os.write(go, b"x")
        return wait_for(child)
    finally:
        nft("delete table ip http-py")
        for handle in handles:
            nft(f"delete {RULE} handle {handle}")
        with open(IP_FORWARD, "w", encoding="ascii") as file:
            file.write(forward)
        try:
            talk(DELLINK, 0, link(socket.if_nametoindex("veth-host")))
        except OSError:
            pass  # it went with its namespace


if len(sys.argv) < 2:
    print("usage: http DIR [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
if not os.path.isdir(sys.argv[1]):
    sys.exit(f"http: {sys.argv[1]} is no directory")
try:
    status = main(sys.argv[1], sys.argv[2:] or ["python3", "-m", "http.server", "8000"])
except OSError as error:
    sys.exit(f"http: {error}")
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
