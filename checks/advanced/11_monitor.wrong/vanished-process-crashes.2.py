#!/usr/bin/python3
# Wrong: as a well-known guide has it, only the readlink is guarded, and not the directory that
# is listed before. (The output is brought into the form of the exercise.)
import os
import sys
from pathlib import Path


def namespaces(pid):
    path = Path(f"/proc/{pid}/ns")
    if not path.exists():
        return None
    found = {}
    for entry in path.iterdir():
        try:
            found[entry.name] = int(os.readlink(entry).split("[")[1].rstrip("]"))
        except OSError:
            pass
    return found


kind = sys.argv[1] if len(sys.argv) > 1 else "pid"
if kind not in namespaces("self"):
    sys.exit(print("usage: monitor [TYPE]", file=sys.stderr) or 2)
groups = {}
for directory in Path("/proc").glob("[0-9]*"):
    found = namespaces(directory.name)
    if found and kind in found:
        groups.setdefault(found[kind], []).append(int(directory.name))
for inode in sorted(groups):
    print(kind, inode, len(groups[inode]), *groups[inode])
