#!/usr/bin/python3
# Different: Python with unshare() through ctypes and os.fork(). It asks for a
# UTS namespace too, which this exercise neither wants nor forbids.
import ctypes
import os
import sys

CLONE_NEWPID = 0x20000000
CLONE_NEWUTS = 0x04000000


def main(cmd):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWPID | CLONE_NEWUTS) < 0:
        print(f"unshare: unshare: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
        return 1
    child = os.fork()
    if child == 0:
        try:
            os.execvp(cmd[0], cmd)
        except OSError as error:
            print(f"unshare: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
            os._exit(127 if isinstance(error, FileNotFoundError) else 126)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


sys.exit(main(sys.argv[1:] or ["ps", "aux"]))
