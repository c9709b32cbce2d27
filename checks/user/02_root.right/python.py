#!/usr/bin/python3
# Different: Python. The files are opened unbuffered, so each map goes out in
# one write.
import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
libc = ctypes.CDLL(None, use_errno=True)


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"root: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


steps = [
    ("uid_map", f"0 {os.getuid()} 1\n"),
    ("setgroups", "deny"),
    ("gid_map", f"0 {os.getgid()} 1\n"),
]
if libc.unshare(CLONE_NEWUSER) < 0:
    sys.exit(f"root: unshare: {os.strerror(ctypes.get_errno())}")
for name, text in steps:
    with open(f"/proc/self/{name}", "wb", buffering=0) as file:
        file.write(text.encode())
run(sys.argv[1:] or ["id"])
