#!/usr/bin/python3
# Different: Python with the C library's functions. The segment is written
# through a copy of the bytes, not through a pointer.
import ctypes
import os
import sys

CLONE_NEWIPC = 0x08000000
IPC_CREAT, IPC_EXCL = 0o1000, 0o2000
KEY, SIZE, TEXT = 0x6C6162, 1024, b"inside the namespace"
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
libc.shmdt.argtypes = [ctypes.c_void_p]


def call(name, result):
    if result < 0:
        sys.exit(f"shm: {name}: {os.strerror(ctypes.get_errno())}")
    return result


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"shm: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


call("unshare", libc.unshare(CLONE_NEWIPC))
segment = call("shmget", libc.shmget(KEY, SIZE, IPC_CREAT | IPC_EXCL | 0o600))
address = libc.shmat(segment, None, 0)
ctypes.memmove(address, TEXT, len(TEXT))
call("shmdt", libc.shmdt(address))
run(sys.argv[1:] or ["ipcs", "-m"])
