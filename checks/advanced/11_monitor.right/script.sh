#!/bin/sh
# Different: a shell with readlink(1), sort(1) and awk(1). The PIDs come in another order.
type=${1:-pid}
if [ $# -gt 1 ] || [ ! -L "/proc/self/ns/$type" ]; then
	echo "usage: monitor [TYPE]" >&2
	exit 2
fi
refused=0
found=$(
	for dir in /proc/[0-9]*; do
		if link=$(readlink "$dir/ns/$type"); then
			link=${link#*\[}
			echo "${link%]} ${dir#/proc/}"
		else
			# Neither gone nor a zombie.
			read -r _ stat <"$dir/stat" || continue
			case ${stat##*) } in
			[ZX]*) ;;
			*) refused=$((refused + 1)) ;;
			esac
		fi 2>/dev/null
	done
	echo "refused $refused"
)
echo "$found" | grep -v refused | sort -k1,1n -k2,2nr | awk -v type="$type" '
	$1 != last { if (n) print type, last, n, pids; n = 0; pids = "" }
	{ last = $1; pids = pids (n++ ? " " : "") $2 }
	END { if (n) print type, last, n, pids }'
echo "$found" | sed -n 's/refused //p' >&2
