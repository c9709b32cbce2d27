#!/bin/sh
# Different: unshare(1) makes the namespace, Python, in it, the segment; then
# the shell becomes CMD.
[ $# -gt 0 ] || set -- ipcs -m
exec unshare --ipc sh -c '
	python3 - <<-"END" || exit 1
	import ctypes
	libc = ctypes.CDLL(None)
	libc.shmat.restype = ctypes.c_void_p
	address = libc.shmat(libc.shmget(0x6c6162, 1024, 0o3600), None, 0)
	ctypes.memmove(address, b"inside", 6)
	END
	exec "$@"' sh "$@"
