#!/bin/bash
# Draw the screen as it is:  .tools/picture.sh FILE.svg
#
# Runs build/lab in a tmux of its own, opens the sandbox's shell, types
# `unshare -p -f bash`, waits until the namespace pane shows it, and turns what
# tmux captured into an SVG.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
cols=120 rows=40
room=$(mktemp -d)
export TMUX_TMPDIR=$room LAB_WORK=$room/work HOME=$room
tmux="tmux -L picture -f /dev/null"
trap '$tmux kill-server 2>/dev/null || :; rm -rf "$room"' EXIT

# Wait until the screen shows a text: 20 s at most.
shows() {
	local end=$((SECONDS + 20))

	until $tmux capture-pane -p 2>/dev/null | grep -qE -- "$1"; do
		if ((SECONDS >= end)) || ! $tmux has-session 2>/dev/null; then
			echo "picture: the screen never showed $1" >&2
			exit 1
		fi
		read -r -t 0.1 <>"$room/never" || :
	done
}

mkfifo "$room/never"
$tmux new-session -d -x $cols -y $rows "TERM=xterm-256color LC_ALL=C.UTF-8 '$here/build/lab'"
shows 'welcome'
$tmux send-keys Enter
shows 'exercises'
$tmux send-keys '!'
shows '/work# +[│┃]'
$tmux send-keys 'unshare -p -f bash' Enter
shows 'pid .*≠'
$tmux send-keys 'echo $$' Enter
shows '[│┃]1 +[│┃]'
$tmux capture-pane -e -p | "$here/.tools/picture.py" $cols $rows >"$room/picture.svg"
mv "$room/picture.svg" "$1"
