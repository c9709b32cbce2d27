# The exercises of mnt in both directions.

load course

@test "mnt/private: right programs pass, wrong ones are named" { prove mnt/01_private shared; }
@test "mnt/propagation: right programs pass, wrong ones are named" { prove mnt/02_propagation shared; }
@test "mnt/rootfs: right programs pass, wrong ones are named" { prove mnt/03_rootfs shared; }
@test "mnt/chroot: right programs pass, wrong ones are named" { prove mnt/04_chroot shared; }
@test "mnt/escape: right programs pass, wrong ones are named" { prove mnt/05_escape shared; }
@test "mnt/pivot: right programs pass, wrong ones are named" { prove mnt/06_pivot shared; }
@test "mnt/debootstrap: right programs pass, wrong ones are named" {
	# Downloaded once, and kept where the build is.
	export XDG_CACHE_HOME=$tree/build/cache
	unsupported mnt/debootstrap mnt/07_debootstrap 'subordinate|mirror|debootstrap is' && return
	prove mnt/07_debootstrap shared
}
@test "mnt/isolated: right programs pass, wrong ones are named" { prove mnt/08_isolated shared; }
@test "mnt/private where / is private" { prove mnt/01_private private; }
@test "mnt/chroot where / is private" { prove mnt/04_chroot private; }
@test "mnt/escape where / is private" { prove mnt/05_escape private; }
@test "mnt/pivot where / is private" { prove mnt/06_pivot private; }
@test "mnt/isolated where / is private" { prove mnt/08_isolated private; }
