#!/bin/sh
# Different: ip-netns(8) itself; only its exit statuses are made the ones of the task. CMD
# also gets a mount namespace, with the /sys of its network.
name=${2-}

case ${1-} in
exec)
	case $name in '' | . | .. | */*) exit 2 ;; esac
	[ -e "/run/netns/$name" ] || exit 1
	shift 2
	# shellcheck disable=SC2016 # for the shell inside
	exec ip netns exec "$name" sh -c 'exec "$@"' sh "$@"
	;;
*)
	ip netns "$@" || exit 1
	;;
esac
