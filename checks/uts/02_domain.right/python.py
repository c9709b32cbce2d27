#!/usr/bin/python3
# Different: Python, and a child that holds the namespace in the middle for as
# long as CMD runs in the program itself.
import ctypes
import os
import socket
import sys

CLONE_NEWUTS = 0x04000000
PR_SET_PDEATHSIG, SIGKILL = 1, 9
libc = ctypes.CDLL(None, use_errno=True)


def call(name, result):
    if result < 0:
        sys.exit(f"domain: {name}: {os.strerror(ctypes.get_errno())}")
    return result


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"domain: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def hold(end):
    # Ends when CMD does: nobody else has the other end of the pipe.
    os.read(end, 1)
    os._exit(0)


if len(sys.argv) < 3:
    print("usage: domain HOSTNAME NISDOMAIN [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
host, nis = sys.argv[1], sys.argv[2].encode()
call("unshare", libc.unshare(CLONE_NEWUTS))
socket.sethostname(host)
call("setdomainname", libc.setdomainname(nis, len(nis)))
near, far = os.pipe()
if os.fork() == 0:
    os.close(far)
    hold(near)
os.close(near)
os.set_inheritable(far, True)
call("unshare", libc.unshare(CLONE_NEWUTS))
socket.sethostname("inner-" + host)
run(sys.argv[3:] or ["sh", "-c", "hostname; domainname"])
