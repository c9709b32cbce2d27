#!/usr/bin/python3
# Different: Python, with the bare clone3 system call (435 on every machine)
# through ctypes. It returns twice, so there is neither a stack nor a callback.
import ctypes
import os
import signal
import sys

CLONE_NEWPID = 0x20000000
SYS_CLONE3 = 435


class CloneArgs(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in (
        "flags", "pidfd", "child_tid", "parent_tid", "exit_signal", "stack",
        "stack_size", "tls")]


def main(cmd):
    libc = ctypes.CDLL(None, use_errno=True)
    args = CloneArgs(flags=CLONE_NEWPID, exit_signal=signal.SIGCHLD)
    child = libc.syscall(SYS_CLONE3, ctypes.byref(args), ctypes.sizeof(args))
    if child < 0:
        print(f"clone: clone3: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
        return 1
    if child == 0:
        try:
            os.execvp(cmd[0], cmd)
        except OSError as error:
            print(f"clone: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
            os._exit(127 if isinstance(error, FileNotFoundError) else 126)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


sys.exit(main(sys.argv[1:] or ["ps", "aux"]))
