#!/usr/bin/python3
# Different: unshare instead of clone. A process can unshare its PID namespace
# only once, so each copy gets a helper that unshares, forks and waits.
import ctypes
import os
import signal
import sys

CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


def must(result, what):
    if result < 0:
        print(f"pair: {what}: {os.strerror(ctypes.get_errno())}", file=sys.stderr, flush=True)
        os._exit(1)


def run(words):
    must(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), "prctl")
    must(libc.mount(b"proc", b"/proc", b"proc", 0, None), "mount /proc")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(words[0], words)
    except OSError as error:
        print(f"pair: exec {words[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def code_of(status):
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def copy(words):
    """The helper: ends when its copy ends, and the copy when it ends."""
    must(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), "prctl")
    must(libc.unshare(CLONE_NEWPID | CLONE_NEWNS), "unshare")
    must(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount / private")
    child = os.fork()
    if child == 0:
        run(words)
    os._exit(code_of(os.waitpid(child, 0)[1]))


def stop(number, frame):
    for helper in helpers:
        os.kill(helper, signal.SIGKILL)


signals = {signal.SIGTERM, signal.SIGINT}
before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
helpers = []
for _ in range(2):
    helper = os.fork()
    if helper == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        copy(sys.argv[1:] or ["sleep", "100"])
    helpers.append(helper)
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
signal.pthread_sigmask(signal.SIG_SETMASK, before)

result = 0
while helpers:
    ended, status = os.wait()
    helpers.remove(ended)
    result = code_of(status) or result
sys.exit(result)
