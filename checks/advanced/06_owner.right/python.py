#!/usr/bin/python3
# The same in Python: the requests are numbers here, _IO(0xb7, N) of <linux/nsfs.h>.
import fcntl
import os
import struct
import sys

USERNS, PARENT, OWNER_UID = 0xB701, 0xB702, 0xB704


def related(ns, request):
    try:
        return fcntl.ioctl(ns, request)
    except (OSError, TypeError):
        return None


def inode(ns):
    return "-" if ns is None else os.fstat(ns).st_ino


def creator(ns):
    try:
        return struct.unpack("I", fcntl.ioctl(ns, OWNER_UID, bytes(4)))[0]
    except (OSError, TypeError):
        return "-"


def line(directory, name):
    try:
        ns = os.open(name, os.O_RDONLY, dir_fd=directory)
    except OSError:
        ns = None
    owner = related(ns, USERNS)
    words = [name, inode(ns), "owner", inode(owner), "uid", creator(ns if name == "user" else owner)]
    if name in ("pid", "user"):
        words += ["parent", inode(related(ns, PARENT))]
    return " ".join(map(str, words))


if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
    sys.exit(print("usage: owner PID", file=sys.stderr) or 2)
try:
    opened = os.open(f"/proc/{sys.argv[1]}/ns", os.O_RDONLY | os.O_DIRECTORY)
    print(*(line(opened, name) for name in sorted(os.listdir(opened))), sep="\n")
except OSError as error:
    sys.exit(f"owner {sys.argv[1]}: {error}")
