#!/usr/bin/python3
# Different: Python; lists namespaces that nobody is in, too, as far as something that it may see holds them.
import os
import re
import sys
from collections import defaultdict

kind = sys.argv[1] if len(sys.argv) > 1 else "pid"
if len(sys.argv) > 2 or kind not in os.listdir("/proc/self/ns"):
    sys.exit(print("usage: monitor [TYPE]", file=sys.stderr) or 2)

groups = defaultdict(set)
refused = 0


def inode(text):
    found = re.search(re.escape(kind) + r":\[(\d+)\]", text)
    return found and int(found[1])


def held_by(pid):
    """Namespaces that a process only has mounted, or open."""
    try:
        with open(f"/proc/{pid}/mountinfo") as mounts:
            yield from (inode(line) for line in mounts if " nsfs " in line)
        for fd in os.listdir(f"/proc/{pid}/fd"):
            yield inode(os.readlink(f"/proc/{pid}/fd/{fd}"))
    except OSError:
        pass


for pid in filter(str.isdecimal, os.listdir("/proc")):
    try:
        groups[inode(os.readlink(f"/proc/{pid}/ns/{kind}"))].add(int(pid))
    except PermissionError:
        # Also said of a process that has just gone.
        refused += os.path.exists(f"/proc/{pid}")
    except (FileNotFoundError, ProcessLookupError):
        continue
    for held in filter(None, held_by(pid)):
        groups[held].update()
for number in sorted(groups):
    print(kind, number, len(groups[number]), *sorted(groups[number]))
if refused:
    print(f"{refused} processes may not be read", file=sys.stderr)
