# net/http: a server in a namespace, reached from outside; and the network of net/nat.

load ../lib/load
load ../lib/net

INTERNET=198.51.100.1
UPLINK=198.51.100.2

# A directory with a file, both with names and words of this run: $DIR $FILE $WORDS.
make_dir() {
	random_word
	DIR=/tmp/$REPLY
	random_word
	FILE=$REPLY
	random_word
	WORDS="$REPLY $RANDOM"
	outside_does sh -c 'mkdir "$1" && echo "$2" >"$1/$3"' sh "$DIR" "$WORDS" "$FILE"
	((did == 0)) || crash "$DIR can't be made: $said"
}

# start_in_dir [COMMAND...]: the program, and the command in front of the probe.
start_in_dir() {
	make_dir
	start "$DIR" "$@"
}

# A server of ours as CMD, whose working directory is what it serves.
start_server() {
	# shellcheck disable=SC2016 # for the shell inside
	start_in_dir sh -c 'busybox httpd -p 8000 && exec "$0"'
}

not_outside() {
	listening outside
	[[ $'\n'${answer[listening]}$'\n' != *:8000$'\n'* ]] || fail_with server-outside \
		"outside nobody listens on port 8000" "$(grep :8000 <<<"${answer[listening]}")"
}

# served: what outside is answered at 10.0.0.2:8000 is the file. Also true when it can't
# become so any more.
served() {
	fetch outside "http://10.0.0.2:8000/$FILE"
	[[ ${answer[http]} != - ]] || [[ ${fact[program.alive]:-0} != 1 ]]
}

check_served() {
	local http=${answer[http]:--} body=${answer[body]:-}

	not_outside
	[[ $http != 404 ]] || fail_with wrong-directory \
		"http://10.0.0.2:8000/$FILE is the file $FILE of DIR" "404: the server finds no such file"
	[[ $http == 200 ]] || fail_with other \
		"http://10.0.0.2:8000/$FILE is answered with 200" "${http/#-/no answer}"
	[[ ${body%$'\n'} == "$WORDS" ]] || fail_with other \
		"the file's bytes, \"$WORDS\"" "\"$body\""
	seen "outside reads http://10.0.0.2:8000/$FILE, and nobody listens outside"
}

# Which step is missing, where a probe from inside was not answered by the internet host.
reaches_internet() { # [WHERE]
	local proto source

	for proto in icmp tcp udp; do
		reach cmd internet "$INTERNET" "$proto" || :
		source=${answer[source]:-}
		[[ -z $source || $source == "$UPLINK" ]] || fail_with no-masquerade \
			"$INTERNET sees packets of inside come from $UPLINK${1:-}" "it sees $source, by $proto"
		[[ ${answer[reached]} == 1 ]] || fail_with other \
			"inside reaches $INTERNET by $proto${1:-}" "${answer[why]}"
	done
}

@test "the command is in a new network namespace" {
	start_in_dir
	new_namespace net server-outside
}

@test "it is started in DIR" {
	local place

	start_in_dir
	look outside "$DIR"
	place=${answer[id]}
	[[ ${fact[cmd.cwd]} == "$place" ]] || fail_with wrong-directory \
		"the command is started in $DIR" "its working directory is another one"
	seen "the command's working directory is $DIR"
}

@test "a server that is CMD is reached from outside at 10.0.0.2:8000" {
	start_server
	fetch outside "http://10.0.0.2:8000/$FILE"
	decisive check_served
	listening cmd
	[[ $'\n'${answer[listening]}$'\n' == *:8000$'\n'* ]] || fail_with server-outside \
		"the server's socket is inside" "inside there is ${answer[listening]:-none that listens}"
}

@test "so is the server without CMD, python3's, until it is told to end" {
	outside_does sh -c 'command -v python3'
	((did == 0)) || unsupported "python3 is not installed"
	make_dir
	launch "$DIR"
	eventually 9 served || :
	decisive check_served
	signal program TERM
	finish || fail_with left-behind "the program ends after SIGTERM" "it still runs"
	settled || fail_with left-behind "no process is left after SIGTERM" "$leftover"
	network_unchanged left-behind
}

@test "inside has a default route via 10.0.0.1" {
	start_in_dir
	read_net cmd
	[[ $'\n'${net[cmd.routes]} == *$'\ndefault via 10.0.0.1 '* ]] || fail_with no-default-route \
		"inside has a default route via 10.0.0.1" "its routes: ${net[cmd.routes]//$'\n'/, }"
}

@test "inside still reaches the internet, which sees outside's address" {
	start_in_dir
	decisive reaches_internet
	fetch cmd http://internet.test/
	[[ ${answer[http]} == 200 ]] || fail_with other \
		"http://internet.test/ is answered inside" "${answer[http]/#-/no answer}"
}

@test "that works where outside's FORWARD policy is DROP, too" {
	forward_drop
	bridge_filtered || :
	start_server
	decisive reaches_internet ", though FORWARD's policy is DROP"
	fetch outside "http://10.0.0.2:8000/$FILE"
	decisive check_served
}

@test "no DIR is bad usage, and one that is not there an error" {
	launch
	finish || fail_with other "without DIR: exit status 2" "the program still runs"
	[[ $status != 42 || $errors$output != *TODO* ]] || no_start not-started
	status_is 2 other
	restart
	random_word
	launch "/tmp/$REPLY" "$PROBE"
	finish || fail_with wrong-directory "no DIR /tmp/$REPLY: exit status 1" "the command runs all the same"
	status_is 1 other
	network_unchanged left-behind
}

@test "nothing is left when the command has ended" {
	make_dir
	forward_drop
	decisive ends_clean left-behind - "$DIR"
}

@test "nothing is left after SIGTERM, not even the command" {
	make_dir
	decisive ends_clean left-behind TERM "$DIR"
}

@test "nothing is left after SIGINT" {
	make_dir
	decisive ends_clean left-behind INT "$DIR"
}

@test "the program ends with the command's exit status" {
	make_dir
	exit_status_passes other other "$DIR"
	restart
	make_dir
	signal_passes other "$DIR"
}

@test "a command that can't be run shows in the exit status" {
	exec_failure_shows other /tmp
}
