load ../lib/load

@test "TO BE WRITTEN: the fact this test proves" {
	start
	[ "${fact[cmd.inside]}" ] || fail_with some-mistake "CMD runs" "it does not"
}

@test "the exit status is CMD's" {
	start
	release cmd 7
	finish
	status_is 7 some-mistake
}
