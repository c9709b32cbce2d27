#!/usr/bin/python3
# Different: Python. Takes the union of both lists of entries, compares with
# os.path.samestat() and prints everything with one call at the end.
import os
import sys


def namespaces(pid):
    found = {}
    directory = f"/proc/{pid}/ns"
    for name in os.listdir(directory):
        try:
            found[name] = os.stat(f"{directory}/{name}")
        except FileNotFoundError:
            found[name] = None
    return found


def line(name, a, b):
    same = a and b and os.path.samestat(a, b)
    numbers = " ".join(str(x.st_ino) if x else "-" for x in (a, b))
    return f"{name} {numbers} {'same' if same else 'different'}"


def main(args):
    if len(args) > 2 or not all(a.isascii() and a.isdigit() for a in args):
        print("usage: inspect [PID [PID]]", file=sys.stderr)
        return 2
    pids = {0: ["self", "1"], 1: ["self"] + args, 2: args}[len(args)]
    try:
        a, b = map(namespaces, pids)
    except OSError as error:
        print(f"inspect: {error}", file=sys.stderr)
        return 1
    names = sorted(a.keys() | b.keys())
    print("\n".join(line(n, a.get(n), b.get(n)) for n in names))
    return 0


sys.exit(main(sys.argv[1:]))
