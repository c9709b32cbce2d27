#!/bin/sh
# Gradescope runs this once, as root, when it builds the image: it installs what the workbook
# needs, builds it and installs it below /usr/local.
#
# NSLAB_AUTOGRADER (/autograder) and NSLAB_DESTDIR (nothing) are for trying it elsewhere.
set -eu

source=${NSLAB_AUTOGRADER-/autograder}/source
mkdir -p "$source/workbook"
tar -C "$source/workbook" --no-same-owner -xzf "$source/workbook.tar.gz"
if [ -e "$source/course.tar.gz" ]; then
	mkdir -p "$source/course"
	tar -C "$source/course" --no-same-owner -xzf "$source/course.tar.gz"
fi
cd "$source/workbook"
command -v make >/dev/null || { apt-get update && apt-get install -y --no-install-recommends make; }
make deps
make -j"$(nproc)" install DESTDIR="${NSLAB_DESTDIR-}" PREFIX=/usr/local
# For the log of the image: what it can do while it is built. A submission's run may be allowed more, or less.
"${NSLAB_DESTDIR-}/usr/local/bin/lab" doctor || true
