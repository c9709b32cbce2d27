# advanced/oci: what a bundle's config.json says is so in the kernel, and no more.

load ../lib/load
load ../lib/inside

# ---- bundles ----

# quoted WORD...: as elements of a JSON array.
quoted() {
	local word list=''

	for word; do list+="${list:+, }\"$word\""; done
	printf '%s' "$list"
}

# describe NAMESPACE...: a bundle's config in $config, with these types ("TYPE" to be made,
# "TYPE=PATH" to be joined). What tests vary: $args $env $cwd $root $readonly $mounts $ids $host.
describe() {
	local word list='' ids=''

	for word; do
		list+="${list:+, }{\"type\": \"${word%%=*}\""
		[[ $word != *=* ]] || list+=", \"path\": \"${word#*=}\""
		list+="}"
		[[ $word != user ]] || ids="
    \"uidMappings\": [{ \"containerID\": 0, \"hostID\": ${fact[outside.uid]}, \"size\": 1 }],
    \"gidMappings\": [{ \"containerID\": 0, \"hostID\": ${fact[outside.gid]}, \"size\": 1 }],"
	done
	config="{ \"ociVersion\": \"1.0.2\",
  \"process\": { \"terminal\": false, \"user\": { \"uid\": 0, \"gid\": 0 },
    \"args\": [${args:-\"$PROBE\"}], \"cwd\": \"${cwd:-/}\",
    \"env\": [${env:-\"PATH=/bin\", \"HOME=/root\"}] },
  \"root\": { \"path\": \"${root:-$ROOTFS}\", \"readonly\": ${readonly:-false} },
  ${host:+\"hostname\": \"$host\",}
  \"mounts\": [${mounts:-}],
  \"linux\": {$ids
    \"namespaces\": [$list] } }"
}

# bundle: a directory with that config, into $bundle.
bundle() {
	random_word
	bundle=/tmp/$REPLY
	# shellcheck disable=SC2016 # for the shell inside
	outside_does sh -c 'mkdir "$1" && printf "%s\n" "$2" >"$1/config.json"' sh "$bundle" "$config"
	((did == 0)) || crash "no bundle could be made: $said"
}

# mounted TYPE DESTINATION SOURCE OPTION...: one more of the mounts.
mounted() {
	mounts+="${mounts:+, }{ \"destination\": \"$2\", \"type\": \"$1\", \"source\": \"$3\", \"options\": [$(quoted "${@:4}")] }"
}

setup_facts() {
	read_facts
	args='' env='' cwd='' root='' readonly='' mounts='' host='' unless=''
}

# runs NAMESPACE...: the program on a bundle with these, until its process is up. $unless is
# the cause where it never is.
runs() {
	describe "$@"
	bundle
	launch "$bundle"
	started 1 || no_start "${unless:-other}"
}

# made TYPE..., kept TYPE...: the process's namespaces are new, are outside's.
made() {
	local type

	for type; do
		new_namespace "$type" type-ignored
	done
}

kept() {
	same_namespaces type-ignored "$@"
}

# name_of TYPE: the kernel's name for what the specification calls TYPE.
name_of() {
	case $1 in
	network) REPLY=net ;;
	mount) REPLY=mnt ;;
	*) REPLY=$1 ;;
	esac
}

# split TYPE...: new those listed, outside's the others.
split_as() {
	local type listed=() rest=()

	for type in user pid network mount uts ipc cgroup time; do
		name_of "$type"
		if [[ " $* " == *" $type "* ]]; then listed+=("$REPLY"); else rest+=("$REPLY"); fi
	done
	made "${listed[@]}"
	kept "${rest[@]}"
}

# ---- facts ----

@test "the namespaces that are listed are new, and no others" {
	local type some=(user) others=(user)

	setup_facts
	# In any order; what is in one list is not in the other.
	for type in network uts ipc cgroup pid; do
		random_int 0 1
		if ((REPLY)); then some=("$type" "${some[@]}"); else others+=("$type"); fi
	done
	runs "${some[@]}" mount
	split_as "${some[@]}" mount
	restart
	setup_facts
	runs mount "${others[@]}"
	split_as mount "${others[@]}"
}

@test "user and group ids are mapped as it says" {
	local uid gid

	setup_facts
	uid=${fact[outside.uid]} gid=${fact[outside.gid]}
	runs mount uts user
	[[ ${fact[cmd.uid_map]} == "0 $uid 1" && ${fact[cmd.gid_map]} == "0 $gid 1" ]] || fail_with other \
		"uid_map is \"0 $uid 1\", gid_map \"0 $gid 1\"" \
		"they are \"${fact[cmd.uid_map]}\" and \"${fact[cmd.gid_map]}\""
}

@test "a namespace with a path is joined" {
	local type

	setup_facts
	# Somebody else's, who has the same user.
	helper other unshare --user --map-root-user --net --ipc "$PROBE"
	# Without a path the same types run, in the first test.
	unless=path-ignored
	runs "network=/proc/${fact[other.pid]}/ns/net" "ipc=/proc/${fact[other.pid]}/ns/ipc" mount uts \
		"user=/proc/${fact[other.pid]}/ns/user"
	for type in user net ipc; do
		[[ ${fact[cmd.ns.$type]} == "${fact[other.ns.$type]}" ]] || fail_with path-ignored \
			"the process in $type:[${fact[other.ns.$type]}], which \"path\" names" \
			"it is in $type:[${fact[cmd.ns.$type]}]; outside's is $type:[${fact[outside.ns.$type]}]"
		seen "$type:[${fact[cmd.ns.$type]}] joined"
	done
	made mnt uts
	kept pid cgroup
}

@test "its root is root.path, seen from the bundle" {
	setup_facts
	root=../..$ROOTFS
	runs user mount uts
	[[ ${fact[cmd.root]} == "${fact[rootfs]}" ]] || fail_with other \
		"the process's root is root.path" "it is another directory"
	read_mounts cmd
	[[ ",${mount[/.options]:-}," != *,ro,* ]] || fail_with other \
		"a root that can be written to without root.readonly" "it is mounted read-only"
	outside_unchanged other
}

@test "root.readonly makes it read-only" {
	setup_facts
	readonly=true
	runs user mount uts
	read_mounts cmd
	[[ ",${mount[/.options]:-}," == *,ro,* ]] || fail_with other \
		"the root is mounted read-only" "its options are ${mount[/.options]:-none}"
	seen "/ ${mount[/.options]}"
}

is_mounted() { # TYPE POINT
	[[ ${mount[$2.type]:-nothing} == "$1" ]] || fail_with other \
		"a $1 at $2" "${mount[$2.type]:-nothing} is mounted there"
}

@test "the mounts are there, each of its type" {
	setup_facts
	mounted proc /proc proc nosuid nodev noexec
	mounted tmpfs /dev tmpfs nosuid mode=755 size=65536k
	mounted devpts /dev/pts devpts nosuid noexec newinstance ptmxmode=0666
	mounted mqueue /dev/mqueue mqueue nosuid noexec nodev
	mounted sysfs /sys sysfs nosuid noexec nodev ro
	runs pid network ipc mount user
	read_mounts cmd
	is_mounted proc /proc
	is_mounted tmpfs /dev
	is_mounted devpts /dev/pts
	is_mounted mqueue /dev/mqueue
	is_mounted sysfs /sys
	[[ ",${mount[/sys.options]}," == *,ro,* && ",${mount[/dev.options]}," == *,nosuid,* ]] || fail_with other \
		"options that are flags become flags: /sys ro, /dev nosuid" \
		"/sys ${mount[/sys.options]}, /dev ${mount[/dev.options]}"
	[[ ${fact[cmd.proc.ns]} == "${fact[cmd.ns.pid]}" ]] || fail_with other \
		"/proc shows pid:[${fact[cmd.ns.pid]}]" "it shows pid:[${fact[cmd.proc.ns]}]"
}

@test "they are made in the order of the file" {
	local word mode

	setup_facts
	random_word
	word=$REPLY
	random_int 1 7
	mode=07$REPLY$REPLY
	# shellcheck disable=SC2016 # for the shell inside
	outside_does sh -c 'mkdir /tmp/shared && echo "$1" >/tmp/shared/text' sh "$word"
	# By name the second would come first; and the last is no mount on a mount.
	mounted tmpfs /mnt tmpfs "mode=$mode"
	mounted bind /mnt/a /tmp/shared rbind ro
	mounted tmpfs /tmp tmpfs mode=1777
	runs user mount
	read_mounts cmd
	look cmd /mnt
	[[ ${answer[fs]} == tmpfs && ${mount[/mnt.type]:-} == tmpfs ]] || fail_with other \
		"a tmpfs at /mnt" "${mount[/mnt.type]:-nothing}"
	[[ ${answer[mode]} == "$mode" ]] || fail_with other \
		"/mnt has mode $mode, an option for the file system" "it has ${answer[mode]}"
	look cmd /mnt/a/text
	[[ ${answer[text]:-} == "$word"* ]] || fail_with mount-order \
		"/tmp/shared at /mnt/a, bound after /mnt has become a tmpfs" \
		"at /mnt/a there is $([[ -n ${mount[/mnt/a.type]:-} ]] && echo "a mount that /mnt hides" || echo nothing)"
	[[ ",${mount[/mnt/a.options]}," == *,ro,* ]] || fail_with other \
		"the bind is read-only, as its option says" "its options are ${mount[/mnt/a.options]}"
	seen "/mnt/a lies on /mnt, ${mount[/mnt/a.options]}"
}

# started_with FILE: lines of /proc/PID/FILE of the process.
started_with() {
	# shellcheck disable=SC2016 # for the shell inside
	outside_does sh -c 'tr "\0" "\n" </proc/"$1"/"$2"' sh "${fact[cmd.pid]}" "$1"
	((did == 0)) || crash "/proc/${fact[cmd.pid]}/$1 can't be read: $said"
	REPLY=${said%$'\n'}
}

@test "its environment is process.env, and nothing of the caller's" {
	local word want

	setup_facts
	random_word
	word=$REPLY
	env="$(quoted PATH=/sbin:/bin HOME=/root "LAB=$word" EMPTY=)"
	runs user mount uts
	started_with environ
	want=$(printf '%s\n' PATH=/sbin:/bin HOME=/root "LAB=$word" EMPTY= | sort)
	[[ $(sort <<<"$REPLY") == "$want" ]] || {
		word=$(comm -13 <(echo "$want") <(sort <<<"$REPLY"))
		[[ -z $word ]] || fail_with env-inherited \
			"the process's environment is process.env" "it also has $(listed "$word")"
		fail_with other "the process's environment is process.env" \
			"it is without $(listed "$(comm -23 <(echo "$want") <(sort <<<"$REPLY"))")"
	}
	seen "environment: $(listed "$REPLY")"
}

@test "it runs process.args in process.cwd, on a machine called hostname" {
	local word

	setup_facts
	random_word
	word=$REPLY host=host-$REPLY cwd=/mnt
	args=$(quoted "$PROBE" --seek /nowhere "$word with blanks")
	runs user mount uts
	started_with cmdline
	[[ $REPLY == "$PROBE"$'\n'"--seek"$'\n'"/nowhere"$'\n'"$word with blanks" ]] || fail_with other \
		"it runs $PROBE, --seek, /nowhere, \"$word with blanks\"" "it runs $(listed "$REPLY")"
	look cmd /mnt
	[[ ${answer[id]} == "${fact[cmd.cwd]}" ]] || fail_with other \
		"its working directory is /mnt" "it is another one"
	read_uts cmd outside
	[[ ${uts[cmd.hostname]} == "$host" ]] || fail_with other \
		"the host name inside is $host" "it is ${uts[cmd.hostname]}"
	[[ ${uts[outside.hostname]} != "$host" ]] || fail_with type-ignored \
		"outside keeps its host name" "it was renamed"
}

@test "the program ends with the process's exit status" {
	setup_facts
	runs user mount uts
	random_int 3 120
	release cmd "$REPLY"
	finish || fail_with other "the program ends when the process has ended" "it still runs"
	status_is "$REPLY" other
	settled || fail_with other "nothing left when the program has ended" "$leftover"
	restart
	setup_facts
	runs user mount uts
	fault
	finish || fail_with other "the program ends when the process has ended" "it still runs"
	status_is 139 other
}

# ---- what runc writes ----

# rootless: what `runc spec --rootless` writes, by itself where it is installed; with the probe
# as process, and ROOTFS. Into $config.
rootless() {
	# shellcheck disable=SC2016 # for the shell inside
	outside_does sh -c 'PATH=$PATH:/usr/sbin; command -v runc >/dev/null || exit 3
		mkdir /tmp/spec && cd /tmp/spec && runc spec --rootless && cat config.json'
	if ((did == 0)); then
		config=$said
	else
		written_by_runc
	fi
	config=${config/'"terminal": true'/'"terminal": false'}
	config=${config/'"sh"'/"\"$PROBE\""}
	config=${config/'"path": "rootfs"'/"\"path\": \"$ROOTFS\""}
}

# The same as of runc 1.1, for machines without it.
written_by_runc() {
	mounts=''
	mounted proc /proc proc
	mounted tmpfs /dev tmpfs nosuid strictatime mode=755 size=65536k
	mounted devpts /dev/pts devpts nosuid noexec newinstance ptmxmode=0666 mode=0620
	mounted tmpfs /dev/shm shm nosuid noexec nodev mode=1777 size=65536k
	mounted mqueue /dev/mqueue mqueue nosuid noexec nodev
	mounted none /sys /sys rbind nosuid noexec nodev ro
	mounted cgroup /sys/fs/cgroup cgroup nosuid noexec nodev relatime ro
	env=$(quoted PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=xterm)
	args='"sh"' root=rootfs readonly=true host=runc
	describe pid ipc uts mount cgroup user
}

# under RUNTIME: the same bundle under another one; its process has the runtime's name. 1: it is
# not here, or can't run on this machine: it is tried with a process that ends at once.
under() {
	# shellcheck disable=SC2016 # for the shell inside
	local script='PATH=$PATH:/usr/sbin:/sbin; exec "$1" --root "/tmp/state-$1" run --bundle "$2" "$3-$1"'

	# shellcheck disable=SC2016 # for the shell inside
	outside_does sh -c 'mkdir -p /tmp/try && sed "s,\"$1\",\"/bin/true\"," "$2/config.json" >/tmp/try/config.json' \
		sh "$PROBE" "$bundle"
	outside_does sh -c "$script" sh "$1" /tmp/try try
	((did == 0)) || return 1
	# The helper's name means the probe, since it is among the words.
	helper "$1" sh -c "$script" sh "$1" "$bundle" of "$PROBE"
}

# same_as RUNTIME: each of the process's namespaces is new or outside's as it is under the other one.
same_as() {
	local type ours theirs new='is new, and' shared="is outside's, and"

	for type in user pid net mnt uts ipc cgroup time; do
		ours=$shared theirs=$shared
		[[ ${fact[cmd.ns.$type]} == "${fact[outside.ns.$type]}" ]] || ours=$new
		[[ ${fact[$1.ns.$type]} == "${fact[outside.ns.$type]}" ]] || theirs=$new
		[[ $ours == "$theirs" ]] || fail_with type-ignored \
			"under $1 the $type namespace ${theirs%, and}" "here it ${ours%, and}"
	done
	[[ ${fact[cmd.uid_map]} == "${fact[$1.uid_map]}" && ${fact[cmd.root]} == "${fact[$1.root]}" ]] || fail_with other \
		"uid_map and root as under $1: \"${fact[$1.uid_map]}\"" "uid_map is \"${fact[cmd.uid_map]}\""
	seen "all eight as under $1"
}

@test "what runc spec --rootless writes runs, as it does under crun and runc" {
	local name

	setup_facts
	rootless
	bundle
	launch "$bundle"
	started 1 || no_start other
	truth_if network "the host's" "one of its own" test "${fact[cmd.ns.net]}" = "${fact[outside.ns.net]}"
	made user pid mnt uts ipc
	kept net time
	for name in crun runc; do
		under $name || continue
		same_as $name
	done
}

# ---- bundles that are none ----

# refused_with WORD WHAT: the bundle is refused, by a message that has WORD.
refused_with() {
	bundle
	launch "$bundle"
	if started 1 1; then
		fail_with error-swallowed "$2: the program ends with exit status 1" "the process runs"
	fi
	finish || fail_with error-swallowed "$2: the program ends" "it still runs"
	[[ $status != 42 ]] || no_start not-started
	[[ $status == 1 && "$errors$output" == *"$1"* ]] || fail_with error-swallowed \
		"$2: exit status 1, and a message with \"$1\"" \
		"exit status $status, message \"$(last_line "${errors:-$output}")\""
}

@test "what is wrong with a bundle is said, and nothing runs" {
	local word

	setup_facts
	random_word
	word=$REPLY
	describe user mount "$word"
	refused_with "$word" "an unknown namespace type"
	restart
	setup_facts
	root=/srv/no-$word
	describe user mount
	refused_with "no-$word" "a root that is not there"
	restart
	setup_facts
	describe user mount
	config=${config/'"root"'/'"other"'}
	refused_with root "no root at all"
	restart
	setup_facts
	describe user mount
	config=${config%\}*}
	refused_with config "a config.json that ends too early"
	restart
	launch
	finish || fail_with other "a usage line, and the end" "it still runs"
	[[ $status == 2 ]] || fail_with other "exit status 2 without a bundle" "${status:-none}"
}
