# mnt/mask: a file that is covered for the command, and for nobody else.

load ../lib/load

# secret: a file outside with a line in it that nobody can guess; its path in $REPLY.
secret() {
	random_word
	outside_does sh -c "echo 'the secret is $REPLY' >/tmp/$REPLY"
	((did == 0)) || crash "$said"
	REPLY=/tmp/$REPLY
}

@test "the command is in a new mount namespace" {
	secret
	start "$REPLY"
	new_namespace mnt no-new-mount-namespace
}

@test "inside FILE is empty" {
	local file

	secret
	file=$REPLY
	start "$file"
	look cmd "$file"
	[[ ${answer[type]} != - ]] || fail_with not-hidden "an empty $file" "there is no $file"
	((answer[size] == 0)) || fail_with not-hidden "an empty $file" "it holds ${answer[size]} bytes"
	seen "inside $file is a ${answer[type]}"
}

@test "outside it is as it was, where mounts are shared" {
	local file

	outside_is shared
	secret
	file=$REPLY
	start "$file"
	outside_unchanged mount-leaked
	look outside "$file"
	[[ ${answer[text]} == 'the secret is '* ]] || fail_with file-changed \
		"$file as it was, outside" "it says: \"${answer[text]%%$'\n'*}\""
}

@test "a FILE that is not there: exit status 1 and a message" {
	launch /tmp/no-such-file
	finish || fail_with other "mask ends" "it still runs"
	[[ $status == 1 && -n $errors ]] || fail_with other "a message and exit status 1" "exit status $status"
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other /etc/hosts
}
