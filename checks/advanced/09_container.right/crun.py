#!/usr/bin/python3
# The same by an OCI runtime: a bundle made for this one run, crun(1), and the bundle gone.
import json
import os
import signal
import subprocess
import sys
import tempfile


def mount(destination, kind, *options):
    return {"destination": destination, "type": kind, "source": kind, "options": list(options)}


def config(hostname, rootfs, args, terminal):
    namespaces = ["user", "pid", "mount", "network", "uts", "ipc", "cgroup"]
    caller = {"containerID": 0, "size": 1}
    env = [f"{name}={value}" for name, value in os.environ.items()]
    return {
        "ociVersion": "1.0.2",
        "process": {"args": args, "cwd": "/", "env": env, "user": {"uid": 0, "gid": 0},
                    "terminal": terminal, "noNewPrivileges": True},
        "root": {"path": os.path.abspath(rootfs)},
        "hostname": hostname,
        "mounts": [
            mount("/proc", "proc"),
            mount("/dev", "tmpfs", "nosuid", "mode=755", "size=64k"),
            mount("/dev/pts", "devpts", "newinstance", "ptmxmode=0666", "mode=0620"),
            mount("/dev/shm", "tmpfs", "nosuid", "nodev", "mode=1777"),
            mount("/tmp", "tmpfs", "nosuid", "nodev", "mode=1777"),
        ],
        "linux": {
            "namespaces": [{"type": kind} for kind in namespaces],
            "uidMappings": [{**caller, "hostID": os.getuid()}],
            "gidMappings": [{**caller, "hostID": os.getgid()}],
        },
    }


def find(rootfs, command):
    """Where the command is in ROOTFS; ends as a shell would where it is nowhere."""
    where = [""] if "/" in command else os.environ.get("PATH", "/bin").split(":")
    files = [f"{rootfs}/{place}/{command}" for place in where]
    present = [file for file in files if os.path.lexists(file)]
    if not present:
        print(f"container: {command}: not found", file=sys.stderr)
        sys.exit(127)
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

# crun passes on what it gets.
watched = [signal.SIGTERM, signal.SIGINT]
signal.pthread_sigmask(signal.SIG_BLOCK, watched + [signal.SIGCHLD])
with tempfile.TemporaryDirectory() as bundle:
    with open(f"{bundle}/config.json", "w") as file:
        json.dump(config(hostname, rootfs, args[1:], os.isatty(0)), file)
    crun = subprocess.Popen(
        ["crun", "--root", f"{bundle}/state", "run", "--bundle", bundle, f"container-{os.getpid()}"],
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, watched + [signal.SIGCHLD]))
    while crun.poll() is None:
        got = signal.sigwaitinfo(watched + [signal.SIGCHLD])
        if got.si_signo in watched and got.si_code <= 0:
            crun.send_signal(got.si_signo)
status = crun.returncode
sys.exit(128 - status if status < 0 else status)
