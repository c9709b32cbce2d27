#!/bin/sh
# Different: unshare(1) makes the namespaces and the tree private, mount(8)
# mounts. No tool sends a message, so Python does.
[ $# -gt 0 ] || set -- cat /dev/mqueue/lab
exec unshare --ipc --mount sh -c '
	mount -t mqueue mqueue /dev/mqueue || exit 1
	python3 - <<-"END" || exit 1
	import ctypes, os
	libc = ctypes.CDLL(None)
	queue = libc.mq_open(b"/lab", os.O_WRONLY | os.O_CREAT, 0o600, None)
	raise SystemExit(libc.mq_send(queue, b"hello", ctypes.c_size_t(5), 0) != 0)
	END
	exec "$@"' sh "$@"
