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
@test "advanced/network: right programs pass, wrong ones are named" { prove advanced/10_network shared; }

@test "advanced/network: of several who want one address or one name at the same time one gets it" {
	# shellcheck disable=SC2046 # flags
	cc -o "$TMPDIR/network" solutions/advanced/10_network.c $(pkg-config --cflags --libs libnl-route-3.0)
	# shellcheck disable=SC2016 # for the shell inside
	run env NETWORK="$TMPDIR/network" unshare --user --map-root-user --net --mount sh -c 'mount -t tmpfs run /run
		for n in 1 2 3 4; do "$NETWORK" add "box$n" 10.7.0.9/24 2>/dev/null & done
		wait
		for n in 2 3 4 5; do "$NETWORK" add same "10.7.0.$n/24" 2>/dev/null & done
		wait
		"$NETWORK" list
		ip -o link show master br0 | wc -l
		ls /run/netns | wc -l'
	[ "$(grep -c ' 10.7.0.9/24$' <<<"$output")" -eq 1 ]
	[ "$(grep -c '^same 10.7.0.[2-5]/24$' <<<"$output")" -eq 1 ]
	[ "$(tail -n 2 <<<"$output" | tr '\n' ' ')" = "2 2 " ]
}
