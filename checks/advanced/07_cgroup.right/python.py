#!/usr/bin/python3
# Different: Python, the flag by its number, as older versions have no os.unshare().
import ctypes
import os
import sys

CLONE_NEWCGROUP = 0x02000000

libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(CLONE_NEWCGROUP) < 0:
    sys.exit(f"unshare: {os.strerror(ctypes.get_errno())}")
command = sys.argv[1:] or ["cat", "/proc/self/cgroup"]
try:
    os.execvp(command[0], command)
except OSError as error:
    print(f"{command[0]}: {error.strerror}", file=sys.stderr)
    sys.exit(127 if isinstance(error, FileNotFoundError) else 126)
