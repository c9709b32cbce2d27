#!/usr/bin/python3
# Different: the two stages by hand. The first only unpacks; the second runs the
# packages' own scripts, inside.
import os
import subprocess
import sys

if not 2 <= len(sys.argv) <= 4:
    print("usage: debootstrap DIR [SUITE [MIRROR]]", file=sys.stderr)
    sys.exit(2)
top, suite, mirror = (sys.argv[1:] + ["stable", "http://deb.debian.org/debian"][len(sys.argv) - 2:])[:3]
environment = dict(os.environ, container="lxc")
first = ["debootstrap", "--foreign", "--variant=minbase", suite, top, mirror]
second = ["unshare", "--mount", "--pid", "--fork", "chroot", top, "/debootstrap/debootstrap", "--second-stage"]
for stage in first, second:
    if subprocess.run(stage, env=environment).returncode != 0:
        sys.exit(1)
