#!/usr/bin/python3
# bubblewrap(1) does all of it, but for three things: it lets the caller's descriptors
# through, passes no signals on, and has one exit status for whatever can't be run.
import json
import os
import signal
import subprocess
import sys


def find(rootfs, command):
    """Where the command is in ROOTFS; ends as a shell would where it is nowhere."""
    where = [""] if "/" in command else os.environ.get("PATH", "/bin").split(":")
    files = [f"{rootfs}/{place}/{command}" for place in where]
    present = [file for file in files if os.path.lexists(file)]
    if not present:
        print(f"container: {command}: not found", file=sys.stderr)
        sys.exit(127)
    # A link in there may be an absolute one: to be judged inside.
    if not any(os.path.islink(file) or os.access(file, os.X_OK) for file in present):
        print(f"container: {command}: can't be run", file=sys.stderr)
        sys.exit(126)


args = sys.argv[1:]
hostname = "container"
if args[:1] == ["--hostname"]:
    hostname, args = args[1], args[2:]
if len(args) < 2:
    print("usage: container [--hostname NAME] ROOTFS CMD [ARG...]", file=sys.stderr)
    sys.exit(2)
rootfs = args[0]
if not os.path.isdir(rootfs):
    sys.exit(f"container: {rootfs}: no such directory")
find(rootfs, args[1])

info, into = os.pipe()
watched = [signal.SIGTERM, signal.SIGINT]
signal.pthread_sigmask(signal.SIG_BLOCK, watched + [signal.SIGCHLD])
bwrap = subprocess.Popen(
    ["bwrap", "--unshare-all", "--as-pid-1", "--die-with-parent", "--info-fd", str(into),
     "--uid", "0", "--gid", "0", "--hostname", hostname, "--bind", rootfs, "/",
     "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/",
     "--", *args[1:]],
    pass_fds=[into],
    preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, watched + [signal.SIGCHLD]))
os.close(into)
told = b""
while b"}" not in told:
    chunk = os.read(info, 4096)
    if not chunk:
        break
    told += chunk
command = json.loads(told)["child-pid"] if b"}" in told else bwrap.pid
while bwrap.poll() is None:
    got = signal.sigwaitinfo(watched + [signal.SIGCHLD])
    # A key's signal has reached everybody in the foreground.
    if got.si_signo in watched and got.si_code <= 0:
        os.kill(command, got.si_signo)
status = bwrap.returncode
sys.exit(128 - status if status < 0 else status)
