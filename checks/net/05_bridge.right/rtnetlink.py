#!/usr/bin/python3
# Different: no library and no ip(8), the messages are put together here. Each namespace is
# made by a child of its own; the veth ends that stay inside are made there, their peers
# are born outside. nft(8) lets through what br0 passes on, if there is a chain FORWARD.
import ctypes
import os
import re
import signal
import socket
import struct
import subprocess
import sys

CLONE_NEWNET, MS_BIND, MNT_DETACH, IFF_UP = 0x40000000, 4096, 2, 1
NEWLINK, DELLINK, NEWADDR = 16, 17, 20
REQUEST_ACK, NEW = 0x5, 0x600
IFNAME, MASTER, LINKINFO, NS_PID = 3, 10, 18, 19
RULE = "ip filter FORWARD"
libc = ctypes.CDLL(None, use_errno=True)
cmd = sys.argv[1:] or ["ping", "-c", "3", "10.0.0.3"]


def check(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def attr(kind, *parts):
    data = b"".join(parts)
    return struct.pack("HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


def link(index=0, up=None):
    return struct.pack("BxHiII", 0, 0, index, 0 if up is None else up, 0 if up is None else IFF_UP)


def text(name):
    return name.encode() + b"\0"


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


def plug(name, address, outside):
    """In a child: a namespace with a name, and a cable whose other end is outside."""
    path = f"/run/netns/{name}"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o444))
    check(libc.unshare(CLONE_NEWNET), "unshare")
    check(libc.mount(b"/proc/self/ns/net", path.encode(), None, MS_BIND, None), "bind")
    peer = attr(1, link(), attr(IFNAME, text(f"{name}-port")), attr(NS_PID, struct.pack("I", outside)))
    info = attr(LINKINFO, attr(1, b"veth"), attr(2, peer))
    talk(NEWLINK, NEW, link(), attr(IFNAME, b"eth0\0"), info)
    set_up("eth0", address)
    set_up("lo")


def in_child(work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except OSError as error:
            print(f"bridge: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(1)
    return pid


def build():
    me = os.getpid()
    talk(NEWLINK, NEW, link(), attr(IFNAME, b"br0\0"), attr(LINKINFO, attr(1, b"bridge")))
    set_up("br0", "10.0.0.1")
    os.makedirs("/run/netns", exist_ok=True)
    for name, address in ("ns1", "10.0.0.2"), ("ns2", "10.0.0.3"):
        pid = in_child(lambda name=name, address=address: plug(name, address, me))
        if os.waitpid(pid, 0)[1]:
            raise OSError("a namespace can't be made")
        master = attr(MASTER, struct.pack("I", socket.if_nametoindex("br0")))
        talk(NEWLINK, 0, link(socket.if_nametoindex(f"{name}-port"), IFF_UP), master)


def let_through():
    """The number of a rule in the chain that may drop what crosses the bridge."""
    words = ["nft", "--echo", "--handle", "insert", "rule", *RULE.split(), "iifname", "br0", "oifname", "br0", "accept"]
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return None
    found = re.search(r"handle (\d+)", said)
    return found and found.group(1)


def undo(handle):
    if handle:
        subprocess.run(["nft", "delete", "rule", *RULE.split(), "handle", handle], check=False)
    for name in "ns1-port", "ns2-port", "br0":
        try:
            talk(DELLINK, 0, link(socket.if_nametoindex(name)))
        except OSError:
            pass
    for name in "ns1", "ns2":
        libc.umount2(f"/run/netns/{name}".encode(), MNT_DETACH)
        if os.path.exists(f"/run/netns/{name}"):
            os.unlink(f"/run/netns/{name}")


def run_cmd():
    with open("/run/netns/ns1", "rb") as file:
        check(libc.setns(file.fileno(), CLONE_NEWNET), "setns")
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"bridge: {cmd[0]}: {error}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


STOPS = {signal.SIGTERM, signal.SIGINT}


def main():
    handle = None
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        build()
        handle = let_through()
        child = in_child(run_cmd)

        def stop(number, _):
            os.kill(child, signal.SIGKILL if number == signal.SIGALRM else number)
            signal.alarm(2)

        for number in (*STOPS, signal.SIGALRM):
            signal.signal(number, stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        return os.waitpid(child, 0)[1]
    finally:
        undo(handle)


try:
    status = main()
except OSError as error:
    sys.exit(f"bridge: {error}")
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
