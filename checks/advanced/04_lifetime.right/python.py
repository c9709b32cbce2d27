#!/usr/bin/python3
# Different: Python. The program itself is the heir, and listens at an abstract socket; a
# child keeps the namespace and connects when its last process has died.
import ctypes
import os
import socket
import sys

FLAGS = {"net": 0x40000000, "uts": 0x4000000, "ipc": 0x8000000, "mnt": 0x20000,
         "user": 0x10000000, "cgroup": 0x2000000}
libc = ctypes.CDLL(None, use_errno=True)


def call(name, *args):
    if getattr(libc, name)(*args) < 0:
        print(f"lifetime: {name}: {os.strerror(ctypes.get_errno())}", file=sys.stderr, flush=True)
        os._exit(1)


def run(cmd):
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"lifetime: exec {cmd[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def make(kind, cmd, made, opened):
    call("unshare", FLAGS[kind])
    os.write(made, b"x")
    os.read(opened, 1)
    run(cmd)


def keep(kind, cmd, address):
    made, opened = os.pipe(), os.pipe()
    maker = os.fork()
    if maker == 0:
        os.close(opened[1])
        make(kind, cmd, made[1], opened[0])
    os.close(made[1])
    if not os.read(made[0], 1):
        os._exit(1)
    fd = os.open(f"/proc/{maker}/ns/{kind}", os.O_RDONLY)
    os.close(opened[1])
    os.close(opened[0])
    os.waitpid(maker, 0)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.connect(address)
        socket.send_fds(sock, [b"x"], [fd])
        os.close(fd)
    os._exit(0)


if len(sys.argv) < 2 or sys.argv[1] not in FLAGS:
    print("usage: lifetime TYPE [CMD [ARG...]]", file=sys.stderr)
    sys.exit(2)
command = sys.argv[2:] or ["ls", "-l", "/proc/self/ns"]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind("")
listener.listen(1)
keeper = os.fork()
if keeper == 0:
    keep(sys.argv[1], command, listener.getsockname())
handed = socket.recv_fds(listener.accept()[0], 1, 1)[1][0]
os.set_inheritable(handed, False)
call("setns", handed, FLAGS[sys.argv[1]])
child = os.fork()
if child == 0:
    run(command)
os.waitpid(keeper, 0)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(128 - code if code < 0 else code)
