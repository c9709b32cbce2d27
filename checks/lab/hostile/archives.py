#!/usr/bin/python3
"""Make hostile archives:  archives.py DIRECTORY SOLUTION TARGET

Each is a submission with the solution of pid/clone in it and something that must not be. SOLUTION is
that file; TARGET is a path outside of which an archive that escapes would write. What must come of
each stands in its docstring.
"""

import gzip
import io
import os
import struct
import sys
import tarfile
import zipfile
import zlib

NAME = "pid/02_clone.c"
directory, solution, target = sys.argv[1], open(sys.argv[2], "rb").read(), sys.argv[3]


def tar(name, *members, level=1):
    """A .tar.gz of (path, type, data or target of the link)."""
    with tarfile.open(f"{directory}/{name}.tar.gz", "w:gz", compresslevel=level) as out:
        for path, kind, data in members:
            info = tarfile.TarInfo(path)
            info.type = kind
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                info.linkname = data
            elif kind == tarfile.REGTYPE:
                info.size = len(data)
            info.mode = 0o6777
            out.addfile(info, io.BytesIO(data) if kind == tarfile.REGTYPE else None)


def archive(name, *members):
    """A .zip of (path, data, mode)."""
    with zipfile.ZipFile(f"{directory}/{name}.zip", "w", zipfile.ZIP_DEFLATED) as out:
        for path, data, mode in members:
            info = zipfile.ZipInfo(path)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, data)


def header(path, size, kind=b"0"):
    """One header of a tar, with a size that may be a lie."""
    block = bytearray(512)
    block[0 : len(path)] = path
    block[100:108] = b"0000644\0"
    block[108:124] = b"0000000\0" * 2
    block[124:136] = struct.pack(">BxxxQ", 0x80, size) if size >= 1 << 33 else b"%011o\0" % size
    block[136:148] = b"00000000000\0"
    block[148:156] = b" " * 8
    block[156:157] = kind
    block[257:265] = b"ustar\00000"
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def zeros(name, head, size, tail=b""):
    """A gzip stream of HEAD, SIZE zeros and TAIL, made without holding it."""
    with gzip.open(f"{directory}/{name}.tar.gz", "wb", compresslevel=1) as out:
        out.write(head)
        for _ in range(size >> 20):
            out.write(bytes(1 << 20))
        out.write(tail)


def escape_dotdot():
    """error"""
    tar("escape_dotdot", (NAME, R, solution), ("a/../../../../../../.." + target, R, b"x"))


def escape_absolute():
    """error"""
    tar("escape_absolute", (NAME, R, solution), (target, R, b"x"))


def escape_link():
    """pass: the link is no work, and nothing goes through it"""
    tar("escape_link", (NAME, R, solution), ("dir", tarfile.SYMTYPE, os.path.dirname(target)),
        ("dir/" + os.path.basename(target), R, b"x"))


def escape_link_replaced():
    """pass: likewise"""
    tar("escape_link_replaced", ("pid", tarfile.SYMTYPE, os.path.dirname(target)), (NAME, R, solution))


def link_secret():
    """error"""
    tar("link_secret", (NAME, tarfile.SYMTYPE, os.path.dirname(target) + "/secret-0644"))


def hardlink_secret():
    """error"""
    tar("hardlink_secret", (NAME, tarfile.LNKTYPE, os.path.dirname(target) + "/secret-0644"))


def device():
    """error"""
    tar("device", (NAME, tarfile.CHRTYPE, None))


def fifo():
    """error"""
    tar("fifo", (NAME, tarfile.FIFOTYPE, None))


def directory_for_file():
    """missing"""
    tar("directory_for_file", (NAME, tarfile.DIRTYPE, None), (NAME + "/x", R, solution))


def explode_zeros():
    """error"""
    zeros("explode_zeros", header(NAME.encode(), 300 << 20), 300 << 20)


def explode_many():
    """error"""
    archive("explode_many", *((f"z{i}", bytes(10 << 20), 0o644) for i in range(30)))


def explode_entries():
    """error"""
    tar("explode_entries", (NAME, R, solution), *((f"{i}", R, b"") for i in range(20000)))


def explode_directories():
    """error"""
    tar("explode_directories", (NAME, R, solution), ("/".join("d" * 2000), tarfile.DIRTYPE, None),
        *((f"d{i}", tarfile.DIRTYPE, None) for i in range(20000)))


def explode_nested():
    """missing: an archive in an archive is nobody's work"""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(NAME, solution)
        out.writestr("zeros", bytes(50 << 20))
    archive("explode_nested", ("inner.zip", inner.getvalue(), 0o644), ("a/b.tar.gz", inner.getvalue(), 0o644))


def explode_overlap():
    """missing: many names for one stream, which is read once"""
    packed = zlib.compress(bytes(64 << 20), 9)[2:-4]
    crc = zlib.crc32(bytes(64 << 20))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(packed), 64 << 20, 1, 0) + b"a" + packed
    rows = b"".join(
        struct.pack("<4sHHHHHHIII", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(packed), 64 << 20)
        + struct.pack("<HHHHHII", 4, 0, 0, 0, 0, 0, 0) + b"%04d" % i
        for i in range(2000))
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 2000, 2000, len(rows), len(local), 0)
    open(f"{directory}/explode_overlap.zip", "wb").write(local + rows + end)


def explode_long_name():
    """error: a name of 100 MiB"""
    zeros("explode_long_name", header(b"././@LongLink", 100 << 20, b"L") + b"x" * 4096, 100 << 20,
          header(NAME.encode(), len(solution)) + solution)


def explode_attributes():
    """error: attributes of 100 MiB"""
    zeros("explode_attributes", header(b"pax", 100 << 20, b"x"), 100 << 20,
          header(NAME.encode(), len(solution)) + solution)


def lie_about_size():
    """error: eight exabytes, and then nothing"""
    zeros("lie_about_size", header(NAME.encode(), (1 << 63) - 1) + solution, 0)


def lie_about_kind():
    """error: a tar that says it is a zip"""
    tar("kind", (NAME, R, solution))
    os.rename(f"{directory}/kind.tar.gz", f"{directory}/lie_about_kind.zip")


def lie_in_zip():
    """error: other bytes than its sum says"""
    archive("lie_in_zip", (NAME, solution, 0o644))
    with open(f"{directory}/lie_in_zip.zip", "r+b") as out:
        data = out.read()
        at = data.index(NAME.encode()) + len(NAME) + 40
        out.seek(at)
        out.write(bytes(byte ^ 0x55 for byte in data[at : at + 40]))


def encrypted():
    """error"""
    archive("encrypted", (NAME, solution, 0o644))
    with open(f"{directory}/encrypted.zip", "r+b") as out:
        data = bytearray(out.read())
        data[6] |= 1
        data[data.index(b"PK\1\2") + 8] |= 1
        out.seek(0)
        out.write(data)


def names():
    """pass: odd names are nobody's work"""
    tar("names", (NAME, R, solution), *((name, R, b"x") for name in (
        "-rf", "--", "new\nline", "esc\33]0;x\7", "n" * 255, "a" * 4000, "..\\..\\evil", "C:\\evil", "COM1",
        "$(reboot)", "\u202eevil", ". ", "*")), ("..x", R, b""), ("pid/.02_clone.c", R, b""))


def zip_link():
    """error"""
    archive("zip_link", (NAME, os.path.dirname(target) + "/secret-0644", 0o120777))


def twice():
    """error"""
    tar("twice", (NAME, R, solution), ("./" + NAME, R, b"int main;"))


def nothing():
    """error"""
    open(f"{directory}/nothing.zip", "wb").close()


R = tarfile.REGTYPE
for make in (
    escape_dotdot, escape_absolute, escape_link, escape_link_replaced, link_secret, hardlink_secret, device, fifo,
    directory_for_file, explode_zeros, explode_many, explode_entries, explode_directories, explode_nested,
    explode_overlap, explode_long_name, explode_attributes, lie_about_size, lie_about_kind, lie_in_zip, encrypted,
    names, zip_link, twice, nothing,
):
    make()
    print(make.__doc__.split(":")[0], make.__name__)
