#!/usr/bin/python3
# Different: Python. socket.sethostname takes care of the length; unshare(2)
# comes from the C library, since Python has it only from 3.12 on.
import ctypes
import os
import socket
import sys

CLONE_NEWUTS = 0x04000000


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"hostname: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


if len(sys.argv) < 2:
    print("usage: hostname NAME [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(CLONE_NEWUTS) < 0:
    sys.exit(f"hostname: unshare: {os.strerror(ctypes.get_errno())}")
try:
    socket.sethostname(sys.argv[1])
except OSError as error:
    sys.exit(f"hostname: sethostname: {error.strerror}")
run(sys.argv[2:] or ["hostname"])
