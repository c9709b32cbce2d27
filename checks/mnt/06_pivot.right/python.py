#!/usr/bin/python3
# Different: another language, and a working directory of CMD that is not "/".
import ctypes
import os
import sys

CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 0x1000, 0x4000, 1 << 18, 2
libc = ctypes.CDLL(None, use_errno=True)


def call(name, *args):
    words = [a.encode() if isinstance(a, str) else a for a in args]
    if getattr(libc, name)(*words) < 0:
        sys.exit(f"pivot: {name}: {os.strerror(ctypes.get_errno())}")


def pivot_root(new, old):
    numbers = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}
    call("syscall", ctypes.c_long(numbers[os.uname().machine]), new, old)


def enter(rootfs):
    call("mount", None, "/", None, MS_REC | MS_PRIVATE, None)
    call("mount", rootfs, rootfs, None, MS_BIND | MS_REC, None)
    os.chdir(rootfs)
    pivot_root(".", ".")
    call("mount", "proc", "/proc", "proc", 0, None)
    call("umount2", ".", MNT_DETACH)
    os.chdir("/tmp")


if len(sys.argv) < 2:
    print("usage: pivot ROOTFS [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
cmd = sys.argv[2:] or ["/bin/sh"]
call("unshare", CLONE_NEWNS | CLONE_NEWPID)
child = os.fork()
if child == 0:
    enter(sys.argv[1])
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"pivot: {cmd[0]}: {error.strerror}", file=sys.stderr)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)
status = os.waitpid(child, 0)[1]
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
