# The exercises of user in both directions.

load course

@test "user/nobody: right programs pass, wrong ones are named" { prove user/01_nobody shared; }
@test "user/root: right programs pass, wrong ones are named" { prove user/02_root shared; }
@test "user/idmap: right programs pass, wrong ones are named" {
	unsupported user/idmap user/03_idmap subordinate && return
	prove user/03_idmap shared
}
@test "user/caps: right programs pass, wrong ones are named" { prove user/04_caps shared; }
