#!/usr/bin/python3
# The same with sethostname(2): a command runs at last, in the cgroup namespace of outside.
import ctypes
import os
import sys

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def call(name, *args):
    words = [arg.encode() if isinstance(arg, str) else arg for arg in args]
    if getattr(libc, name)(*words) != 0:
        print(f"{name} failed: {os.strerror(ctypes.get_errno())}")
        sys.exit(1)


def become_root(uid, gid):
    for name, text in ("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1"):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def setup_filesystem(rootfs):
    os.chroot(rootfs)
    os.chdir("/")
    if not os.path.exists("/proc"):
        os.makedirs("/proc")
    os.system("mount -t proc proc /proc")


def setup_hostname(name):
    call("sethostname", name, len(name))


def main():
    rootfs, command = sys.argv[1], sys.argv[2:]
    ids = os.getuid(), os.getgid()
    call("unshare", NEWUSER | NEWNS | NEWPID | NEWNET | NEWUTS | NEWIPC)
    become_root(*ids)
    pid = os.fork()
    if pid == 0:
        setup_filesystem(rootfs)
        setup_hostname("container")
        os.execvp(command[0], command)
    os.waitpid(pid, 0)


if len(sys.argv) < 3:
    print("usage: container ROOTFS CMD...")
    sys.exit(2)
main()
