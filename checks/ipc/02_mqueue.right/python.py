#!/usr/bin/python3
# Different: Python with the C library's functions. The queue comes before the
# mount, which is just as well: the file system shows what there is.
import ctypes
import os
import sys

CLONE_NEWNS, CLONE_NEWIPC = 0x00020000, 0x08000000
MS_REC, MS_SLAVE = 0x4000, 1 << 19
libc = ctypes.CDLL(None, use_errno=True)
libc.mount.argtypes = [ctypes.c_char_p] * 3 + [ctypes.c_ulong, ctypes.c_char_p]


def call(name, result):
    if result < 0:
        sys.exit(f"mqueue: {name}: {os.strerror(ctypes.get_errno())}")
    return result


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"mqueue: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


call("unshare", libc.unshare(CLONE_NEWIPC | CLONE_NEWNS))
queue = call("mq_open", libc.mq_open(b"/lab", os.O_RDWR | os.O_CREAT, 0o644, None))
call("mq_send", libc.mq_send(queue, b"a message", ctypes.c_size_t(9), 1))
call("mount", libc.mount(None, b"/", None, MS_REC | MS_SLAVE, None))
call("mount", libc.mount(b"none", b"/dev/mqueue", b"mqueue", 0, None))
run(sys.argv[1:] or ["cat", "/dev/mqueue/lab"])
