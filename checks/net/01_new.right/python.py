#!/usr/bin/python3
# Different: raw rtnetlink in Python, one RTM_NEWLINK message, in a child; the program
# stays outside and waits. lo is always the first link of its namespace.
import ctypes
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
RTM_NEWLINK, NLM_F_REQUEST, NLM_F_ACK, NLMSG_ERROR = 16, 1, 4, 2
IFF_UP, LO = 1, 1
libc = ctypes.CDLL(None, use_errno=True)


def bring_lo_up():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        link = struct.pack("=BxHiII", socket.AF_UNSPEC, 0, LO, IFF_UP, IFF_UP)
        header = struct.pack("=IHHII", 16 + len(link), RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0)
        netlink.send(header + link)
        answer = netlink.recv(4096)
        kind, error = struct.unpack_from("=4xH10xi", answer)
        if kind != NLMSG_ERROR or error != 0:
            sys.exit(f"new: lo up: {os.strerror(-error)}")


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"new: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


child = os.fork()
if child == 0:
    if libc.unshare(CLONE_NEWNET) < 0:
        sys.exit(f"new: unshare: {os.strerror(ctypes.get_errno())}")
    bring_lo_up()
    run(sys.argv[1:] or ["ip", "addr"])
status = os.waitpid(child, 0)[1]
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
