#!/usr/bin/python3
"""Run a command with a secret in its session keyring:  keys.py COMMAND...

The secret is $CANARY. Exits with 1 where the command has left a key in a keyring of ours, with 0 else; a
kernel without keyrings, or one that may not be asked, has none to be read.
"""

import ctypes
import os
import subprocess
import sys

NUMBERS = {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219), "riscv64": (217, 218, 219)}
SESSION, USER, USER_SESSION = -3, -4, -5
JOIN, SEARCH = 1, 10

libc = ctypes.CDLL(None, use_errno=True)
add_key, request_key, keyctl = NUMBERS[os.uname().machine]
secret = os.environ["CANARY"].encode()

libc.syscall(keyctl, JOIN, None)
libc.syscall(add_key, b"user", b"nslab-canary", secret, len(secret), SESSION)
subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, check=False)
for ring in (SESSION, USER, USER_SESSION):
    for name in (b"nslab-hostile", b"nslab-mark"):
        if libc.syscall(keyctl, SEARCH, ring, b"user", name, 0) > 0:
            sys.exit(f"{name.decode()} is in keyring {ring}")
