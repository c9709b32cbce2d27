#!/usr/bin/python3
# The runtime of a popular guide, in its manner: five namespaces, chroot, mount(8), and
# no user namespace. As an ordinary user it does not get beyond the first call.
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


def setup_filesystem(rootfs):
    os.chroot(rootfs)
    os.chdir("/")
    if not os.path.exists("/proc"):
        os.makedirs("/proc")
    os.system("mount -t proc proc /proc")


def setup_hostname(name):
    with open("/proc/sys/kernel/hostname", "w") as file:
        file.write(name)


def main():
    rootfs, command = sys.argv[1], sys.argv[2:]
    call("unshare", NEWNS | NEWPID | NEWNET | NEWUTS | NEWIPC)
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
