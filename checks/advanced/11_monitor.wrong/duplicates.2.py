#!/usr/bin/python3
# Wrong: where a process is, and where its children will be, taken together.
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
        if kind == "pid":
            link = os.readlink(f"/proc/{pid}/ns/pid_for_children")
            groups.setdefault(int(link.split("[")[1][:-1]), []).append(int(pid))
    except PermissionError:
        refused += os.path.exists(f"/proc/{pid}")
    except OSError:
        pass
for inode in sorted(groups):
    print(kind, inode, len(groups[inode]), *groups[inode])
if refused:
    print(refused, file=sys.stderr)
