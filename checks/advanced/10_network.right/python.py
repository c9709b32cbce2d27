#!/usr/bin/python3
# Different: Python, which calculates with networks by itself. ip(8) is asked with --json, a stack
# remembers how to undo each step, and a note in a file of /run says that br0 is ours.
import contextlib
import fcntl
import hashlib
import ipaddress
import json
import os
import subprocess
import sys

NAMES = "/run/netns"
NOTE = "/run/network-br0"
SWITCH = "/proc/sys/net/bridge/bridge-nf-call-iptables"


class Refused(Exception):
    """What can't be done, with the exit status."""


def run(*words, tolerant=False):
    result = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if result.returncode and not tolerant:
        raise Refused(1, f"ip {' '.join(words)}: {result.stderr.strip()}")
    return result.stdout


def ask(*words):
    return json.loads(run("--json", *words, tolerant=True) or "[]")


def port_of(name):
    return "c" + hashlib.sha256(os.fsencode(name)).hexdigest()[:14]


def interface_of(found):
    """The first IPv4 address in what ip address has told."""
    for link in found:
        for info in link.get("addr_info", []):
            if info.get("family") == "inet" and info.get("scope") == "global":
                return ipaddress.ip_interface(f"{info['local']}/{info['prefixlen']}")
    return None


def containers():
    ports = {link["ifname"] for link in ask("link", "show", "master", "br0")}
    names = os.listdir(NAMES) if os.path.isdir(NAMES) else []
    return {n: interface_of(ask("-n", n, "address")) for n in sorted(names) if port_of(n) in ports}


def switch(value):
    """Set it, if there is one, and tell what it was."""
    with contextlib.suppress(FileNotFoundError), open(SWITCH, "r+b", buffering=0) as file:
        before = file.read(1).decode()
        file.seek(0)
        file.write(value.encode())
        return before
    return ""


def parse(text):
    try:
        if "/" not in text or not text.split("/")[1].isdigit():
            raise ValueError("no prefix")
        wanted = ipaddress.IPv4Interface(text)
    except ValueError as error:
        raise Refused(2, f"{text}: {error}") from error
    if wanted.network.prefixlen > 30 or wanted.ip in (wanted.network[0], wanted.network[-1]):
        raise Refused(2, f"{text}: that is no host")
    return wanted


def drop_bridge():
    if os.path.exists(NOTE) and not containers():
        with open(NOTE, encoding="ascii") as file:
            switch(file.read())
        os.unlink(NOTE)
        run("link", "del", "br0", tolerant=True)


def make_bridge(address):
    with open(NOTE, "w", encoding="ascii") as file:
        file.write(switch("0"))
    run("link", "add", "br0", "type", "bridge")
    run("address", "add", str(address), "dev", "br0")
    run("link", "set", "br0", "up")


def add(name, text):
    wanted = parse(text)
    there = bool(ask("link", "show", "br0"))
    network = wanted.network
    own = interface_of(ask("address", "show", "br0")) if there else None
    gateway = own or ipaddress.ip_interface(f"{network[1]}/{network.prefixlen}")
    if (there and not own) or gateway.network != network:
        raise Refused(1, f"{text}: not in the network of br0")
    if wanted.ip == gateway.ip or any(wanted.ip == has.ip for has in containers().values() if has):
        raise Refused(1, f"{text}: the address is taken")
    if os.path.lexists(f"{NAMES}/{name}"):
        raise Refused(1, f"{name}: the name is taken")
    port = port_of(name)
    with contextlib.ExitStack() as undo:
        if not there:
            undo.callback(drop_bridge)
            make_bridge(gateway)
        run("netns", "add", name)
        undo.callback(run, "netns", "del", name)
        run("link", "add", port, "type", "veth", "peer", "name", "net0", "netns", name)
        undo.callback(run, "link", "del", port)
        run("link", "set", port, "master", "br0")
        run("link", "set", port, "up")
        for words in (["link", "set", "lo", "up"], ["link", "set", "net0", "up"],
                      ["address", "add", str(wanted), "dev", "net0"],
                      ["route", "add", "default", "via", str(gateway.ip)]):
            run("-n", name, *words)
        undo.pop_all()


def delete(name):
    if name not in containers():
        raise Refused(1, f"{name}: there is no such container")
    run("link", "del", port_of(name))
    run("netns", "del", name)
    drop_bridge()


def main(words):
    if words == ["list"]:
        for name, address in containers().items():
            print(name, address)
        return
    if (words[:1], len(words)) not in ((["add"], 3), (["del"], 2)):
        raise Refused(2, "usage: network add NAME IP/PREFIX | del NAME | list")
    name = words[1]
    if name in ("", ".", "..") or "/" in name or name.startswith("-"):
        raise Refused(2, f"{name!r} is no name")
    with open(sys.argv[0], encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if words[0] == "add":
            add(*words[1:])
        else:
            delete(name)


try:
    main(sys.argv[1:])
except Refused as refused:
    print(f"network: {refused.args[1]}", file=sys.stderr)
    sys.exit(refused.args[0])
