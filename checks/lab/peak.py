#!/usr/bin/python3
"""peak.py FILE COMMAND...: run it; the most memory that the command itself has had, in KiB, goes to FILE."""
import os
import select
import sys

SECONDS = 0.1  # how often it is looked at


def high_water(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return max((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), default=0)


pid = os.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
pidfd = os.pidfd_open(pid)
peak = 0
# Until it is waited for, the number is its own.
while not select.select([pidfd], [], [], SECONDS)[0]:
    peak = max(peak, high_water(pid))
_, status = os.waitpid(pid, 0)
with open(sys.argv[1], "w", encoding="ascii") as file:
    print(peak, file=file)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
