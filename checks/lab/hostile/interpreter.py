#!/usr/bin/python3
# Attack: the same through an interpreter: asks for the modules and the environment of a checker.
# Outcome: fail/other
import glob
import os
import sys

for name in ("BATS_TEST_FILENAME", "NSLAB_RECORDS", "NSLAB_SEED", "LAB_WORK", "CANARY"):
    if name in os.environ:
        print("LEAK", name, os.environ[name])
for path in glob.glob("@HOME@/*") + glob.glob("@COURSE@/*/*/02*") + glob.glob("@CLASS@/*"):
    print("LEAK", path)
os.write(1, b"\x1b]0;x\x07ok 1\n")
sys.exit(1)
