# The exercises of advanced in both directions.

load course

@test "advanced/combine: right programs pass, wrong ones are named" { prove advanced/01_combine shared; }
@test "advanced/persist: right programs pass, wrong ones are named" { prove advanced/02_persist shared; }
@test "advanced/join: right programs pass, wrong ones are named" { prove advanced/03_join shared; }
@test "advanced/lifetime: right programs pass, wrong ones are named" { prove advanced/04_lifetime shared; }
@test "advanced/nested: right programs pass, wrong ones are named" { prove advanced/05_nested shared; }
@test "advanced/owner: right programs pass, wrong ones are named" { prove advanced/06_owner shared; }
@test "advanced/cgroup: right programs pass, wrong ones are named" { prove advanced/07_cgroup shared; }
@test "advanced/container: right programs pass, wrong ones are named" { prove advanced/09_container shared; }
@test "advanced/time: right programs pass, wrong ones are named" { prove advanced/08_time shared; }

@test "advanced/time: unsupported, with the reason, where the kernel has no time namespaces" {
	# An observer on such a kernel: every command is done, and no process has such a namespace.
	cat >"$TMPDIR/observe" <<-'END'
		#!/bin/sh
		echo .
		while read -r command; do
			echo "fact=([outside.ns.time]=-)" >"$NSLAB_ANSWER"
			echo .
		done
	END
	chmod 755 "$TMPDIR/observe"
	NSLAB_OBSERVE=$TMPDIR/observe NSLAB_RECORDS=$TMPDIR/records run bats --tap checks/advanced/08_time.bats
	[ "$(grep -c '# skip this kernel has no time namespaces' <<<"$output")" -eq 8 ]
	[ "$(grep -c $'^unsupported\t.*Linux 5.6' "$TMPDIR/records")" -eq 8 ]
}
@test "advanced/monitor: right programs pass, wrong ones are named" { prove advanced/11_monitor shared; }
@test "advanced/oci: right programs pass, wrong ones are named" { prove advanced/12_oci shared; }
