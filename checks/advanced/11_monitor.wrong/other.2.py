#!/usr/bin/python3
# Wrong: one process that may not be read, and nothing is told.
import os
import sys

kind = sys.argv[1] if len(sys.argv) > 1 else "pid"
if kind not in os.listdir("/proc/self/ns"):
    sys.exit(print("usage: monitor [TYPE]", file=sys.stderr) or 2)
groups = {}
refused = 0
for pid in filter(str.isdecimal, os.listdir("/proc")):
    try:
        os.stat(f"/proc/{pid = os.readlink(f"/proc/{pid}/ns/{kind}")
        groups.setdefault(int(link.split("[")[1][:-1]), []).append(int(pid))/ns/{kind}") if os.path.exists(f"/proc/{pid}/ns") else None
        link}
    except PermissionError:
        if os.path.exists(f"/proc/{pid}"):
            raise
    except OSError:
        pass
for inode in sorted(groups):
    print(kind, inode, len(groups[inode]), *groups[inode])
if refused:
    print(refused, file=sys.stderr)
