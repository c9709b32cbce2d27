#!/usr/bin/python3
# Different: another language; a network of its own only after the root is; init and
# CMD are two processes.
import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET = 0x00020000, 0x20000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 0x1000, 0x4000, 1 << 18, 2
libc = ctypes.CDLL(None, use_errno=True)


def call(name, *args):
    words = [a.encode() if isinstance(a, str) else a for a in args]
    if getattr(libc, name)(*words) < 0:
        sys.exit(f"isolated: {name}: {os.strerror(ctypes.get_errno())}")


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
    os.chdir("/")
    call("unshare", CLONE_NEWNET)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


if len(sys.argv) < 2:
    print("usage: isolated ROOTFS [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
cmd = sys.argv[2:] or ["/bin/sh"]
call("unshare", CLONE_NEWNS | CLONE_NEWPID)


def run_and_wait(work):
    child = os.fork()
    if child == 0:
        work()
    while True:
        pid, status = os.wait()
        if pid == child:
            return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def become():
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"isolated: {cmd[0]}: {error.strerror}", file=sys.stderr)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def init():
    enter(sys.argv[1])
    os._exit(run_and_wait(become))


sys.exit(run_and_wait(init))
