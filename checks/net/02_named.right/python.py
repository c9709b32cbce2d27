#!/usr/bin/python3
# Different: the program itself never leaves its network. A child makes the namespace and waits
# until the parent has mounted it by the child's entry in /proc.
import ctypes
import os
import sys

CLONE_NEWNET, MS_BIND, MNT_DETACH = 0x40000000, 4096, 2
NAMES = "/run/netns"
libc = ctypes.CDLL(None, use_errno=True)


def fail(status, text):
    print(f"named: {text}", file=sys.stderr, flush=True)
    os._exit(status)


def call(name, *args):
    words = [a.encode() if isinstance(a, str) else a for a in args]
    if getattr(libc, name)(*words) < 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def hold_a_new_one():
    """A child in a new network namespace, and the pipe that ends it."""
    ready, say_ready = os.pipe()
    wait, end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(end)
        if libc.unshare(CLONE_NEWNET) == 0:
            os.write(say_ready, b"x")
        os.close(say_ready)
        os.read(wait, 1)
        os._exit(0)
    os.close(say_ready)
    if not os.read(ready, 1):
        raise OSError("unshare failed")
    return child, end


def add(path):
    os.makedirs(NAMES, exist_ok=True)
    with open(path, "x"):
        pass
    try:
        child, end = hold_a_new_one()
        call("mount", f"/proc/{child}/ns/net", path, None, MS_BIND, None)
        os.close(end)
        os.waitpid(child, 0)
    except OSError:
        os.unlink(path)
        raise


def delete(path):
    call("umount2", path, MNT_DETACH)
    os.unlink(path)


def run(path, cmd):
    fd = os.open(path, os.O_RDONLY)
    call("setns", fd, CLONE_NEWNET)
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        fail(127 if isinstance(error, FileNotFoundError) else 126, f"{cmd[0]}: {error}")


def main(words):
    if words == ["list"]:
        print("\n".join(sorted(os.listdir(NAMES)) if os.path.isdir(NAMES) else []))
        return
    verb, name = (words + ["", ""])[:2]
    if (verb, len(words)) not in (("add", 2), ("del", 2)) and (verb != "exec" or len(words) < 3):
        fail(2, "usage: named add NAME | list | exec NAME CMD [ARG...] | del NAME")
    if name in ("", ".", "..") or "/" in name:
        fail(1, f"bad name: {name!r}")
    path = os.path.join(NAMES, name)
    if verb == "exec":
        run(path, words[2:])
    else:
        {"add": add, "del": delete}[verb](path)


try:
    main(sys.argv[1:])
except OSError as error:
    fail(1, str(error))
