#!/usr/bin/python3
# Different: Python, and a fork only where the type is PID. Its descriptors close at an exec.
import ctypes
import fcntl
import os
import sys

NS_GET_NSTYPE, CLONE_NEWPID = 0xB703, 0x20000000
libc = ctypes.CDLL(None, use_errno=True)


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"join: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


if len(sys.argv) < 2:
    print("usage: join PATH [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
path, command = sys.argv[1], sys.argv[2:] or ["bash"]
try:
    fd = os.open(path, os.O_RDONLY)
    kind = fcntl.ioctl(fd, NS_GET_NSTYPE)
except OSError as error:
    sys.exit(f"join: {path}: {error.strerror}")
if libc.setns(fd, kind) < 0:
    sys.exit(f"join: setns {path}: {os.strerror(ctypes.get_errno())}")
if kind != CLONE_NEWPID:
    run(command)
child = os.fork()
if child == 0:
    run(command)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(128 - code if code < 0 else code)
