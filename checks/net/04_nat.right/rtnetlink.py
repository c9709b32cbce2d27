#!/usr/bin/python3
# Different: rtnetlink messages put together in Python, nft(8) for the rules. Only the two links
# that packets pass forward, by their own settings; ip_forward is never touched.
import ctypes
import json
import os
import signal
import socket
import struct
import subprocess
import sys

CLONE_NEWNET = 0x40000000
RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR, RTM_NEWROUTE = 16, 17, 20, 24
REQUEST_ACK, NEW = 0x5, 0x600
IFLA_IFNAME, IFLA_LINKINFO, IFLA_NET_NS_PID = 3, 18, 19
IFLA_INFO_KIND, IFLA_INFO_DATA, VETH_INFO_PEER = 1, 2, 1
IFA_ADDRESS, IFA_LOCAL, RTA_GATEWAY = 1, 2, 5
libc = ctypes.CDLL(None, use_errno=True)
cmd = sys.argv[1:] or ["ping", "-c", "3", "198.51.100.1"]

NAT = """
add table ip nat-py
add chain ip nat-py post { type nat hook postrouting priority srcnat; }
add rule ip nat-py post ip saddr 10.0.0.0/24 oifname "uplink" masquerade
"""
FORWARD = ("insert rule ip filter FORWARD ip saddr 10.0.0.0/24 accept",
           "insert rule ip filter FORWARD ip daddr 10.0.0.0/24 accept")


def attr(kind, data):
    padding = b"\0" * (-len(data) % 4)
    return struct.pack("=HH", 4 + len(data), kind) + data + padding


def link(name=None, index=0, up=False, more=b""):
    named = attr(IFLA_IFNAME, name.encode() + b"\0") if name else b""
    return struct.pack("=BxHiII", 0, 0, index, int(up), int(up)) + named + more


def talk(netlink, kind, flags, body):
    netlink.send(struct.pack("=IHHII", 16 + len(body), kind, REQUEST_ACK | flags, 1, 0) + body)
    error = struct.unpack_from("=16xi", netlink.recv(8192))[0]
    if error:
        raise OSError(-error, os.strerror(-error))


def connect():
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)


def configure(netlink, index, address):
    talk(netlink, RTM_NEWLINK, 0, link(index=index, up=True))
    if address:
        packed = socket.inet_aton(address)
        talk(netlink, RTM_NEWADDR, NEW, struct.pack("=BBBBi", socket.AF_INET, 24, 0, 0, index)
             + attr(IFA_LOCAL, packed) + attr(IFA_ADDRESS, packed))


def build(outside, forwarding):
    libc.unshare(CLONE_NEWNET)
    inside = connect()
    peer = attr(VETH_INFO_PEER, link("veth-blue", more=attr(IFLA_NET_NS_PID,
                                                            struct.pack("=I", os.getpid()))))
    kind = attr(IFLA_INFO_KIND, b"veth") + attr(IFLA_INFO_DATA, peer)
    talk(outside, RTM_NEWLINK, NEW, link("veth-host", more=attr(IFLA_LINKINFO, kind)))
    configure(outside, index_outside("veth-host"), "10.0.0.1")
    configure(inside, socket.if_nametoindex("veth-blue"), "10.0.0.2")
    configure(inside, 1, None)
    talk(inside, RTM_NEWROUTE, NEW,
         struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, 254, 4, 0, 1, 0)
         + attr(RTA_GATEWAY, socket.inet_aton("10.0.0.1")))
    forwarding("veth-host", "1")
    forwarding("uplink", "1")


def helper():
    """A child that stays outside, for what is done by files and programs there."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        while True:
            words = theirs.recv(65536)
            if not words:
                os._exit(0)
            theirs.send(repr(serve(json.loads(words))).encode())
    theirs.close()

    def ask(*words):
        ours.send(json.dumps(words).encode())
        answer = eval(ours.recv(65536))  # pylint: disable=eval-used # our own child's
        if isinstance(answer, str) and answer.startswith("!"):
            raise OSError(answer)
        return answer

    return ask


def serve(words):
    try:
        if words[0] == "index":
            return socket.if_nametoindex(words[1])
        if words[0] == "forwarding":
            with open(f"/proc/sys/net/ipv4/conf/{words[1]}/forwarding", "w") as file:
                file.write(words[2])
            return 0
        result = subprocess.run(["nft", "-e", "-a"] + words[1:], capture_output=True, text=True,
                                check=False)
        return (result.returncode, result.stdout)
    except OSError as error:
        return f"!{error}"


outside_does = helper()
index_outside = lambda name: outside_does("index", name)  # noqa: E731


def insert_rules():
    handles = []
    if outside_does("nft", NAT)[0]:
        raise OSError("nft failed")
    for rule in FORWARD:
        status, text = outside_does("nft", rule)
        if status == 0:
            handles.append(text.split("# handle ")[1].split()[0])
    return handles


def main():
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals | {signal.SIGCHLD})
    outside = connect()
    build(outside, lambda name, value: outside_does("forwarding", name, value))
    handles = insert_rules()
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals | {signal.SIGCHLD})
        try:
            os.execvp(cmd[0], cmd)
        except OSError as error:
            print(f"nat: {cmd[0]}: {error}", file=sys.stderr, flush=True)
            os._exit(127 if isinstance(error, FileNotFoundError) else 126)
    while True:
        number = signal.sigwait(signals | {signal.SIGCHLD})
        if number != signal.SIGCHLD:
            os.kill(child, signal.SIGKILL)
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == child:
            break
    for handle in handles:
        outside_does("nft", f"delete rule ip filter FORWARD handle {handle}")
    outside_does("nft", "delete table ip nat-py")
    outside_does("forwarding", "uplink", "0")
    talk(outside, RTM_DELLINK, 0, link(index=index_outside("veth-host")))
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


sys.exit(main())
