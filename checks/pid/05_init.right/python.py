#!/usr/bin/python3
# Different: Python. os.unshare is younger than this python3, so libc's own is
# called; os.wait() reaps, and Python's signal handlers run between two waits.
import ctypes
import os
import signal
import sys

CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PR_SET_PDEATHSIG = 1
GRACE = 3
libc = ctypes.CDLL(None, use_errno=True)


def must(result, what):
    if result < 0:
        print(f"init: {what}: {os.strerror(ctypes.get_errno())}", file=sys.stderr, flush=True)
        os._exit(1)


def tend(child):
    """Wait for child, whoever else dies before it; pass signals on meanwhile."""
    def pass_on(number, frame):
        os.kill(child, number)
        signal.alarm(GRACE)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, pass_on)
    signal.signal(signal.SIGALRM, lambda number, frame: os.kill(child, signal.SIGKILL))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    while True:
        dead, status = os.wait()
        if dead == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


# Nothing may arrive between a fork and the handler that knows the child.
before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
must(libc.unshare(CLONE_NEWPID | CLONE_NEWNS), "unshare")
must(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount / private")
init = os.fork()
if init:
    sys.exit(tend(init))

must(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), "prctl")
must(libc.mount(b"proc", b"/proc", b"proc", 0, None), "mount /proc")
command = os.fork()
if command:
    os._exit(tend(command))

# Python ignores SIGPIPE and handles SIGINT; CMD starts with the defaults.
for number in (signal.SIGINT, signal.SIGPIPE):
    signal.signal(number, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_SETMASK, before)
words = sys.argv[1:] or ["sh", "-c", "echo $$; ps aux"]
try:
    os.execvp(words[0], words)
except OSError as error:
    print(f"init: exec {words[0]}: {error.strerror}", file=sys.stderr, flush=True)
    os._exit(127 if isinstance(error, FileNotFoundError) else 126)
