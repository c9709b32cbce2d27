#!/usr/bin/python3
# Different: Python, and a parent that waits. The tree becomes a slave: what
# outside mounts later still arrives here, what is mounted here stays here.
import ctypes
import os
import sys

CLONE_NEWNS = 0x00020000
MS_REC = 0x4000
MS_SLAVE = 1 << 19
libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result < 0:
        sys.exit(f"private: {what}: {os.strerror(ctypes.get_errno())}")


def main(cmd):
    check(libc.unshare(CLONE_NEWNS), "unshare")
    check(libc.mount(None, b"/", None, MS_REC | MS_SLAVE, None), "mount / slave")
    os.makedirs("/data", exist_ok=True)
    check(libc.mount(b"none", b"/data", b"tmpfs", 0, b"size=1m"), "mount /data")
    with open("/data/hello", "w", encoding="utf-8") as file:
        print("hello from Python", file=file)
    child = os.fork()
    if child == 0:
        try:
            os.execvp(cmd[0], cmd)
        except OSError as error:
            print(f"private: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
            os._exit(127 if isinstance(error, FileNotFoundError) else 126)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


sys.exit(main(sys.argv[1:] or ["cat", "/data/hello"]))
