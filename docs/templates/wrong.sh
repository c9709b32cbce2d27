#!/bin/sh
# TO BE WRITTEN: makes exactly the mistake its name says.
"$@"
exit 0
