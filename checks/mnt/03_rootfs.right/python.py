#!/usr/bin/python3
# Different: Python, which reads the program header itself and asks the loader that is
# named there, not ldd(1). All is found before anything is copied.
import os
import re
import shutil
import struct
import subprocess
import sys

PT_INTERP = 3


def loader_of(path):
    """The interpreter of an ELF file, None for a static one; of a script, its own."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"#!":
        return data[2:].split(b"\n")[0].split()[0].decode(), True
    if data[:4] != b"\x7fELF":
        sys.exit(f"rootfs: {path}: neither a program nor a script")
    wide = data[4] == 2
    offset, = struct.unpack_from("Q" if wide else "I", data, 32 if wide else 28)
    size, count = struct.unpack_from("HH", data, 54 if wide else 42)
    for i in range(count):
        at = offset + i * size
        if struct.unpack_from("I", data, at)[0] != PT_INTERP:
            continue
        if wide:
            start, length = struct.unpack_from("Q", data, at + 8)[0], struct.unpack_from("Q", data, at + 32)[0]
        else:
            start, length = struct.unpack_from("I", data, at + 4)[0], struct.unpack_from("I", data, at + 16)[0]
        return data[start:start + length].rstrip(b"\0").decode(), False
    return None, False


def needs_of(path, found):
    if path in found:
        return
    found.add(path)
    loader, script = loader_of(path)
    if loader is None:
        return
    if script:
        needs_of(loader, found)
        return
    found.add(loader)
    listed = subprocess.run([loader, "--list", path], capture_output=True, text=True, check=False)
    found.update(re.findall(r"=> (/\S+)", listed.stdout))
    found.update(re.findall(r"^\s+(/\S+)", listed.stdout, re.M))


def main(args):
    if len(args) < 2:
        print("usage: rootfs DIR BIN...", file=sys.stderr)
        return 2
    top, found = args[0], set()
    for path in args[1:]:
        if not os.access(path, os.X_OK):
            print(f"rootfs: {path}: not found", file=sys.stderr)
            return 1
        needs_of(path, found)
    for name in "bin lib lib64 usr proc sys dev tmp".split():
        os.makedirs(os.path.join(top, name), exist_ok=True)
    os.chmod(os.path.join(top, "tmp"), 0o1777)
    for path in sorted(found):
        os.makedirs(top + os.path.dirname(path), exist_ok=True)
        shutil.copy(path, top + path)
    return 0


sys.exit(main(sys.argv[1:]))
