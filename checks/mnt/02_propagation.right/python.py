#!/usr/bin/python3
# Different: Python, and a parent that waits.
import ctypes
import os
import sys

CLONE_NEWNS = 0x00020000
TYPES = {"unbindable": 1 << 17, "private": 1 << 18, "slave": 1 << 19, "shared": 1 << 20}
libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result < 0:
        sys.exit(f"propagation: {what}: {os.strerror(ctypes.get_errno())}")


def main(args):
    if len(args) < 2 or args[0] not in TYPES:
        print(f"usage: propagation {'|'.join(TYPES)} DIR [CMD [ARG...]]", file=sys.stderr)
        return 2
    cmd = args[2:] or ["cat", "/proc/self/mountinfo"]
    check(libc.unshare(CLONE_NEWNS), "unshare")
    check(libc.mount(None, os.fsencode(args[1]), None, TYPES[args[0]], None), "mount")
    child = os.fork()
    if child == 0:
        try:
            os.execvp(cmd[0], cmd)
        except OSError as error:
            print(f"propagation: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
            os._exit(127 if isinstance(error, FileNotFoundError) else 126)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


sys.exit(main(sys.argv[1:]))
