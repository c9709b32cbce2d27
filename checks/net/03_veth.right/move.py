#!/usr/bin/python3
# Different: the program stays outside. A child makes the namespace, waits for its cable and
# becomes CMD; ip(8), called from both sides, makes the pair outside and moves one end.
import ctypes
import os
import signal
import subprocess
import sys

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
cmd = sys.argv[1:] or ["ping", "-c", "3", "10.0.0.1"]


def ip(words):
    if subprocess.run(["ip"] + words.split(), check=False).returncode != 0:
        raise OSError(f"ip {words} failed")


def become_cmd():
    try:
        os.execvp(cmd[0], cmd)
    except OSError as error:
        print(f"veth: {cmd[0]}: {error}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def inside(ready, wait):
    if libc.unshare(CLONE_NEWNET) < 0:
        os._exit(1)
    os.write(ready, b"x")
    if not os.read(wait, 1):  # the parent has given up
        os._exit(1)
    for words in ("addr add 10.0.0.2/24 dev veth-blue", "link set veth-blue up", "link set lo up"):
        ip(words)
    become_cmd()


def main():
    is_ready, ready = os.pipe()
    wait, go_on = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go_on)
        try:
            inside(ready, wait)
        finally:
            os._exit(1)
    os.close(ready)
    os.close(wait)
    if not os.read(is_ready, 1):
        raise OSError("no namespace")

    def stop(number, _):
        os.kill(child, signal.SIGKILL if number == signal.SIGALRM else number)
        signal.alarm(2)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, stop)
    try:
        ip("link add veth-host type veth peer name veth-blue")
        ip(f"link set veth-blue netns {child}")
        ip("addr add 10.0.0.1/24 dev veth-host")
        ip("link set veth-host up")
        os.write(go_on, b"x")
        return os.waitpid(child, 0)[1]
    finally:
        os.close(go_on)
        subprocess.run(["ip", "link", "del", "veth-host"], stderr=subprocess.DEVNULL, check=False)


try:
    status = main()
except OSError as error:
    sys.exit(f"veth: {error}")
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
