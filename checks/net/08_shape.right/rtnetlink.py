#!/usr/bin/python3
# Different: no library and no tc(8), the messages are put together here. A token bucket
# with its rate in 64 bits, and its sizes in the kernel's ticks. The parent stays outside.
import ctypes
import os
import signal
import socket
import struct
import sys

CLONE_NEWNET, IFF_UP, ROOT = 0x40000000, 1, 0xFFFFFFFF
NEWLINK, DELLINK, NEWADDR, NEWQDISC = 16, 17, 20, 36
REQUEST_ACK, NEW = 0x5, 0x600
IFNAME, LINKINFO, NS_PID = 3, 18, 19
TBF_PARMS, TBF_RATE64, TBF_BURST = 1, 4, 6
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


def limit(name, kbit):
    rate = kbit * 125  # bytes a second
    burst = max(rate // 50, 10000)
    with open("/proc/net/psched", encoding="ascii") as file:
        numerator, denominator = (int(word, 16) for word in file.read().split()[:2])
    spec = struct.pack("BBHhHI", 0, 1, 0, -1, 0, rate)
    ticks = burst * 1_000_000 * numerator // denominator // rate
    parms = spec + bytes(12) + struct.pack("III", burst + rate // 20, min(ticks, 0xFFFFFFFF), 0)
    head = struct.pack("BxHiIII", 0, 0, socket.if_nametoindex(name), 0x10000, ROOT, 0)
    options = attr(TBF_PARMS, parms) + attr(TBF_RATE64, struct.pack("Q", rate))
    options += attr(TBF_BURST, struct.pack("I", burst))
    talk(NEWQDISC, NEW, head, attr(1, b"tbf\0"), attr(2, options))


def inside(kbit, outside):
    """The child: a namespace, a cable whose other end is born outside, the limit, CMD."""
    if libc.unshare(CLONE_NEWNET) < 0:
        raise OSError(ctypes.get_errno(), "unshare")
    peer = attr(1, link(), attr(IFNAME, b"veth-host\0"), attr(NS_PID, struct.pack("I", outside)))
    info = attr(LINKINFO, attr(1, b"veth"), attr(2, peer))
    talk(NEWLINK, NEW, link(), attr(IFNAME, b"veth-blue\0"), info)
    set_up("veth-blue", "10.0.0.2")
    set_up("lo")
    limit("veth-blue", kbit)


def become(cmd, go_on):
    os.read(go_on, 1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"shape: {cmd[0]}: {error}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


STOPS = {signal.SIGTERM, signal.SIGINT}


def main(kbit, cmd):
    me = os.getpid()
    is_ready, ready = os.pipe()
    go_on, go = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    child = os.fork()
    if child == 0:
        os.close(go)
        try:
            inside(kbit, me)
            os.write(ready, b"x")
            become(cmd, go_on)
        except OSError as error:
            print(f"shape: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(1)

    def stop(number, _):
        os.kill(child, signal.SIGKILL if number == signal.SIGALRM else number)
        signal.alarm(2)

    os.close(ready)
    if os.read(is_ready, 1):
        set_up("veth-host", "10.0.0.1")
    os.close(go)
    for number in (*STOPS, signal.SIGALRM):
        signal.signal(number, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    ended = os.waitpid(child, 0)[1]
    try:
        talk(DELLINK, 0, link(socket.if_nametoindex("veth-host")))
    except OSError:
        pass  # it went with its namespace
    return ended


if len(sys.argv) < 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) == 0:
    print("usage: shape KBIT [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
status = main(int(sys.argv[1]), sys.argv[2:] or ["sleep", "infinity"])
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
