#!/usr/bin/python3
# Wrong: who may not be read is passed over in silence.
import os
import sys

kind = sys.argv[1] if len(sys.argv) > 1 else "pid"
if kind not in os.listdir("/proc/self/ns"):
    sys.exit(print("usage: monitor [TYPE]", file=sys.stderr) or 2)
groups = {}
refused = 0
for pid in filter(str.isdecimal, os.listdir("/proc")):
    try:
        link = os.readlink(f"/proc/{pid}/ns/{kind}")
        groups.setdefault(int(link.split("[")[1][:-1]), []).append(int(pid))
    except PermissionError:
        refused += os.path.exists(f"/proc/{pid}")
    except OSError:
        pass
for inode in sorted(groups):
    print(kind, inode, len(groups[inode]), *groups[inode])
if refused:
    print("some", file=sys.stderr)
