#!/usr/bin/python3
# Different: Python without libcap. The names come from a table, prctl(2)
# drops from the bounding set, and the exec does the rest.
import ctypes
import os
import sys

CLONE_NEWUSER, PR_CAPBSET_READ, PR_CAPBSET_DROP = 0x10000000, 23, 24
NAMES = """chown dac_override dac_read_search fowner fsetid kill setgid setuid
setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock
ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot
sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control
setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon
bpf checkpoint_restore""".split()
libc = ctypes.CDLL(None, use_errno=True)


def call(name, result):
    if result < 0:
        sys.exit(f"caps: {name}: {os.strerror(ctypes.get_errno())}")
    return result


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"caps: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


if len(sys.argv) < 2:
    print("usage: caps LIST [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
keep = set()
for name in sys.argv[1].split(",") if sys.argv[1] != "none" else []:
    if not name.startswith("cap_") or name[4:] not in NAMES:
        print(f"caps: unknown capability: {name}", file=sys.stderr)
        sys.exit(2)
    keep.add(NAMES.index(name[4:]))

uid, gid = os.getuid(), os.getgid()
call("unshare", libc.unshare(CLONE_NEWUSER))
for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
    with open(f"/proc/self/{name}", "wb", buffering=0) as file:
        file.write(text.encode())
number = 0
while libc.prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0:
    if number not in keep:
        call("prctl", libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0))
    number += 1
run(sys.argv[2:] or ["sh", "-c", "grep Cap /proc/self/status"])
