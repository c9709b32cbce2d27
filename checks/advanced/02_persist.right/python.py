#!/usr/bin/python3
# Different: Python. What FILE needs is asked of the kernel: only if the first bind is
# refused does FILE become a private mount.
import ctypes
import errno
import os
import sys

FLAGS = {"net": 0x40000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "mnt": 0x20000}
MS_BIND, MS_PRIVATE, MNT_DETACH = 0x1000, 1 << 18, 2
libc = ctypes.CDLL(None, use_errno=True)


def mount(source, target, flags):
    if libc.mount(source, target, None, flags, None) < 0:
        raise OSError(ctypes.get_errno(), f"mount on {target.decode()}")


def release(file):
    count = 0
    while libc.umount2(file, MNT_DETACH) == 0:
        count += 1
    if not count:
        sys.exit("persist: nothing is mounted there")
    os.unlink(file)


def pin(kind, file):
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go[1])
        if libc.unshare(FLAGS[kind]) == 0:
            os.write(ready[1], b"x")
            os.read(go[0], 1)
        os._exit(0)
    os.close(ready[1])
    if os.read(ready[0], 1) != b"x":
        sys.exit("persist: unshare failed")
    source = f"/proc/{child}/ns/{kind}".encode()
    try:
        mount(source, file, MS_BIND)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        mount(file, file, MS_BIND)
        mount(None, file, MS_PRIVATE)
        mount(source, file, MS_BIND)
    os.close(go[1])
    os.waitpid(child, 0)


args = sys.argv[1:]
if len(args) != 2 or args[0] not in [*FLAGS, "--release"]:
    print("usage: persist TYPE FILE; persist --release FILE", file=sys.stderr)
    sys.exit(2)
name = os.fsencode(args[1])
if args[0] == "--release":
    release(name)
else:
    with open(name, "ab") as file:
        if file.tell():
            sys.exit(f"persist: {args[1]} is not empty")
    pin(args[0], name)
