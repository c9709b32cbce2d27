# The simulated internet as users meet it: in lab shell, in lab run and in a check of an
# exercise that needs it. What its host bears is unit_internet.c.

load lab

# links: the host's own, which nothing here may change.
links() {
	cut -d: -f1 -s /proc/net/dev | xargs
}

@test "lab shell --internet: a link, an address, a name, and who answers" {
	before=$(links)
	for who in '' --user; do
		lab shell $who --internet -c 'ip -o -4 addr show uplink | grep -o "inet [0-9./]*"; exec 3<>/dev/tcp/internet.test/80; printf "GET / HTTP/1.0\r\n\r\n" >&3; tail -n 1 <&3; cat /proc/sys/net/ipv4/ip_forward'
		[ "$status" -eq 0 ]
		[ "$output" = "inet 198.51.100.2/24
This is internet.test. You come from 198.51.100.2.
0" ]
		[ -z "$stderr" ]
	done
	lab shell --internet -c 'ping -c 1 -W 5 internet.test'
	[ "$status" -eq 0 ]
	[ "$(links)" = "$before" ]
	nothing_left
}

@test "lab shell without it has lo alone" {
	lab shell -c 'cut -d: -f1 -s /proc/net/dev | xargs; ! grep -q internet /etc/hosts'
	[ "$status" -eq 0 ]
	[ "$output" = lo ]
}

@test "at a terminal it is said where the internet is" {
	terminal "'$LAB' shell --internet"
	await 'internet.test, 198.51.100.1'
	send 'exit 3\n'
	ended
	[ "$status" -eq 3 ]
}

@test "rude traffic from a shell: it still answers, and nothing stays" {
	lab shell --internet -c '
		for i in $(seq 200); do exec {fd}<>/dev/tcp/internet.test/80 || break; head -c 3000 /dev/urandom >&$fd; done
		for i in $(seq 50); do head -c 60000 /dev/urandom >/dev/udp/internet.test/7; done
		ip link set uplink down; ip link set uplink up
		ping -c 1 -W 9 internet.test >/dev/null
		exec 3<>/dev/tcp/internet.test/80; printf "GET /seen HTTP/1.0\r\n\r\n" >&3; grep -c "^udp 198.51.100.2 " <&3'
	[ "$status" -eq 0 ]
	[ "$output" = 1 ]
	nothing_left
}

@test "a lab that is killed takes it along" {
	session "$LAB" shell --internet -c 'echo up; exec sleep 1000'
	await up
	lab_pid=$(pgrep -f "^$LAB shell --internet" | head -n 1)
	host=$(pgrep -P "$lab_pid" -x internet.test)
	[ -n "$host" ]
	kill -KILL "$lab_pid"
	ended
	[ "$status" -ne 99 ]
}

# needy: pid/clone needs the internet, and the one test of its check is standard input.
needy() {
	course
	sed -i '0,/^time:/s/^time:/needs: internet rootfs\ntime:/' "$NSLAB_COURSE/docs/pid/02_clone.md"
	{
		printf 'load ../lib/load\nload ../lib/net\n@test "it" {\n'
		cat
		printf '}\n'
	} | check_file
	mkdir -p "$LAB_WORK/pid"
	cat >"$LAB_WORK/pid/02_clone.c" <<-'END'
		#include <stdio.h>
		#include <stdlib.h>
		#include <unistd.h>
		int main(int argc, char **argv)
		{
			if (argc > 1) {
				execvp(argv[1], argv + 1);
				return 127;
			}
			return system("ls -d /rootfs; getent ahostsv4 internet.test | head -n 1 | cut -d' ' -f1; cut -d: -f1 -s /proc/net/dev | xargs");
		}
	END
}

@test "lab run and lab check of an exercise that needs it, beside something else" {
	needy <<-'END'
		start
		reach cmd internet 198.51.100.1 tcp || fail_with other yes "${answer[why]}"
		look outside "$ROOTFS/bin"
		[[ ${answer[type]} == dir ]]
		seen_by_internet
		seen "${answer[seen]%%$'\n'*}"
	END
	lab run pid/clone
	[ "$status" -eq 0 ]
	[ "$output" = $'/rootfs\n198.51.100.1\nlo uplink' ]
	before=$(links)
	# As many in a row as a patient student runs; bench_internet.sh runs more.
	for _ in 1 2 3 4 5 6 7 8; do
		check_json pid/clone
		[ "$status" -eq 0 ]
	done
	[ "$(links)" = "$before" ]
	nothing_left
}

@test "a failing check carries the network, one line of JSON in the records" {
	needy <<-'END'
		start
		fail_with other expected observed
	END
	check_json pid/clone
	[ "$status" -eq 1 ]
	[ "$(value '.verdict')" = fail ]
}

@test "where no network namespace is left it is said, and nothing is judged" {
	as=()
	[[ $(id -u) -ne 0 ]] || as=(setpriv --reuid=65533 --regid=65533 --clear-groups)
	# The limit counts in every user namespace above; that of the sandbox is below this one.
	run --separate-stderr timeout 60 "${as[@]}" unshare --user --map-root-user sh -c '
		echo 1 >/proc/sys/user/max_net_namespaces && exec "$0" shell --internet -c true' "$LAB" 3>&-
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"cannot start the simulated internet: making the host's network: "*"user.max_net_namespaces"* ]]
}
