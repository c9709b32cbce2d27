# The exercises of ipc in both directions.

load course

@test "ipc/shm: right programs pass, wrong ones are named" { prove ipc/01_shm shared; }
@test "ipc/mqueue: right programs pass, wrong ones are named" { prove ipc/02_mqueue shared; }
@test "ipc/mqueue where / is private" { prove ipc/02_mqueue private; }
