#!/bin/sh
# Wrong: a session of its own sounds like more isolation. A session without a
# controlling terminal has no foreground, so there are no jobs.
[ $# -gt 0 ] || set -- bash
exec unshare --pid --fork --mount-proc setsid "$@"
