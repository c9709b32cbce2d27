#!/usr/bin/python3
# Different: Python. It goes into the directory first and makes that the root.
import os
import sys


def main(rootfs, *cmd):
    os.chdir(rootfs)
    os.chroot(".")
    cmd = cmd or ("/bin/sh",)
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"chroot: exec {cmd[0]}: {error.strerror}", file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126


sys.exit(main(*sys.argv[1:]))
