#!/usr/bin/python3
# Different: Python. The parent stays outside and maps its child, which waits, and
# CMD runs below an init of the program's.
import ctypes
import fcntl
import os
import socket
import struct
import sys

NEWNS, NEWUTS, NEWIPC = 0x20000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 2, 4, 8, 0x4000, 1 << 18
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
libc = ctypes.CDLL(None, use_errno=True)


def call(name, *args):
    if getattr(libc, name)(*args) < 0:
        sys.exit(f"combine: {name}: {os.strerror(ctypes.get_errno())}")


def status_of(pid):
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return 128 - code if code < 0 else code


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"combine: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def furnish():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        lo = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(sock, SIOCGIFFLAGS, lo))[1]
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))
    socket.sethostname("combined")
    call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    call("mount", b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)


def init(cmd):
    child = os.fork()
    if child == 0:
        run(cmd)
    os._exit(status_of(child))


made, mapped = os.pipe(), os.pipe()
uid, gid = os.getuid(), os.getgid()
middle = os.fork()
if middle == 0:
    os.close(mapped[1])
    call("unshare", NEWUSER | NEWPID | NEWNET | NEWNS | NEWUTS | NEWIPC)
    os.write(made[1], b"x")
    os.read(mapped[0], 1)
    child = os.fork()
    if child == 0:
        furnish()
        init(sys.argv[1:] or ["bash"])
    os._exit(status_of(child))
os.read(made[0], 1)
for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
    with open(f"/proc/{middle}/{name}", "wb", buffering=0) as file:
        file.write(text.encode())
os.close(mapped[1])
os.close(mapped[0])
sys.exit(status_of(middle))
