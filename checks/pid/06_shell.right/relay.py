#!/usr/bin/python3
# Different: a new terminal inside, as `docker run -it` has: the shell leads a
# session of its own on a pty, and this program carries the keys and the output.
import ctypes
import fcntl
import os
import pty
import select
import signal
import sys
import termios
import tty

CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
libc = ctypes.CDLL(None, use_errno=True)


def must(result, what):
    if result < 0:
        print(f"shell: {what}: {os.strerror(ctypes.get_errno())}", file=sys.stderr, flush=True)
        os._exit(1)


def run(words):
    must(libc.mount(b"proc", b"/proc", b"proc", 0, None), "mount /proc")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvp(words[0], words)
    except OSError as error:
        print(f"shell: exec {words[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def resize(*_):
    size = fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8)
    fcntl.ioctl(master, termios.TIOCSWINSZ, size)


def relay():
    """Carry bytes both ways until the inner terminal hangs up (EIO)."""
    sources = [0, master]
    while True:
        for fd in select.select(sources, [], [])[0]:
            try:
                data = os.read(fd, 4096)
            except OSError:
                return
            if data:
                os.write(master if fd == 0 else 1, data)
            elif fd == master:
                return
            else:
                sources.remove(0)


on_terminal = os.isatty(0)
must(libc.unshare(CLONE_NEWPID | CLONE_NEWNS), "unshare")
must(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount / private")
if on_terminal:
    child, master = pty.fork()
else:
    child = os.fork()
if child == 0:
    run(sys.argv[1:] or ["bash"])

if on_terminal:
    modes = termios.tcgetattr(0)
    signal.signal(signal.SIGWINCH, resize)
    resize()
    tty.setraw(0)
    try:
        relay()
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, modes)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
