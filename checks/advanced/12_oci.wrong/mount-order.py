#!/usr/bin/python3
# Bind mounts first, so that they are made while the old root is in reach: later ones hide them.
import ctypes
import json
import os
import sys

TYPES = {"user": 0x10000000, "network": 0x40000000, "uts": 0x04000000, "ipc": 0x08000000,
         "pid": 0x20000000, "cgroup": 0x02000000, "mount": 0x00020000}
FLAGS = {"ro": 1, "nosuid": 2, "nodev": 4, "noexec": 8, "noatime": 1024, "relatime": 1 << 21,
         "strictatime": 1 << 24, "bind": 4096, "rbind": 4096 | 16384, "rw": 0}
RDONLY, REMOUNT, BIND, REC, PRIVATE = 1, 32, 4096, 16384, 1 << 18
LOCKED = 1 | 2 | 4 | 8
libc = ctypes.CDLL(None, use_errno=True)


def die(text):
    print(f"oci: {text}", file=sys.stderr)
    os._exit(1)


def call(name, *args, ignore=()):
    words = [arg.encode() if isinstance(arg, str) else arg for arg in args]
    if getattr(libc, name)(*words) < 0 and ctypes.get_errno() not in ignore:
        die(f"{name} {args}: {os.strerror(ctypes.get_errno())}")


def remount(path, flags):
    now = os.statvfs(path).f_flag & LOCKED
    call("mount", None, path, None, REMOUNT | BIND | flags | now, None)


def mount_one(root, entry):
    target = root + entry["destination"]
    kind, source = entry.get("type", "none"), entry.get("source", "none")
    options = entry.get("options", [])
    flags, data = 0, ",".join(option for option in options if option not in FLAGS)
    for option in options:
        flags |= FLAGS.get(option, 0)
    os.makedirs(target, exist_ok=True)
    if flags & BIND or kind == "bind":
        call("mount", source, target, None, BIND | flags & REC, None)
        remount(target, flags & ~(BIND | REC))
    else:
        kind = "cgroup2" if kind == "cgroup" else kind
        # Busy: it is there already, with the bind mount of /sys.
        call("mount", source, target, kind, flags, data, ignore=[16] if kind == "cgroup2" else [])


def enter(root, config):
    call("mount", None, "/", None, REC | PRIVATE, None)
    call("mount", root, root, None, BIND | REC, None)
    binds = [entry for entry in config.get("mounts", []) if entry.get("type") == "bind"]
    for entry in binds + [entry for entry in config.get("mounts", []) if entry not in binds]:
        mount_one(root, entry)
    os.chdir(root)
    number = {"x86_64": 155, "s390x": 217, "ppc64le": 203}.get(os.uname().machine, 41)
    call("syscall", ctypes.c_long(number), ".", ".")
    call("umount2", ".", 2)
    if config["root"].get("readonly"):
        remount("/", RDONLY)


def maps(pid, linux):
    with open(f"/proc/{pid}/setgroups", "w") as file:
        file.write("deny")
    for name, key in ("uid_map", "uidMappings"), ("gid_map", "gidMappings"):
        lines = [f"{one['containerID']} {one['hostID']} {one['size']}" for one in linux[key]]
        with open(f"/proc/{pid}/{name}", "w") as file:
            file.write("\n".join(lines))


def run(config, root):
    if config.get("hostname"):
        call("sethostname", config["hostname"], len(config["hostname"]))
    enter(root, config)
    process = config["process"]
    os.chdir(process["cwd"])
    env = dict(word.split("=", 1) for word in process.get("env", []))
    os.execvpe(process["args"][0], process["args"], env)


def namespaces(linux):
    new, paths = 0, {}
    for one in linux["namespaces"]:
        if one["type"] not in TYPES:
            die(f"no namespace type {one['type']}")
        if "path" in one:
            paths[one["type"]] = os.open(one["path"], os.O_RDONLY)
        else:
            new |= TYPES[one["type"]]
    for kind in TYPES:
        if kind in paths:
            call("setns", paths[kind], TYPES[kind])
    return new


def child(config, root, new, unshared, mapped):
    call("unshare", new)
    os.write(unshared, b".")
    os.read(mapped, 1)
    # Of the PID namespace only a child is.
    pid = os.fork()
    if pid == 0:
        call("prctl", 1, 9)
        run(config, root)
    leave(pid)


def leave(pid):
    status = os.waitpid(pid, 0)[1]
    os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


if len(sys.argv) != 2:
    print("usage: oci BUNDLE", file=sys.stderr)
    sys.exit(2)
try:
    os.chdir(sys.argv[1])
    with open("config.json") as file:
        config = json.load(file)
    root = os.path.realpath(config["root"]["path"], strict=True)
    new = namespaces(config["linux"])
except (OSError, ValueError, KeyError) as error:
    die(f"config.json: {error}")
unshared, mapped = os.pipe(), os.pipe()
pid = os.fork()
if pid == 0:
    child(config, root, new, unshared[1], mapped[0])
os.read(unshared[0], 1)
if new & TYPES["user"]:
    maps(pid, config["linux"])
os.write(mapped[1], b".")
leave(pid)
