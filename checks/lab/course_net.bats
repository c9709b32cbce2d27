# The exercises of net in both directions.

load course

@test "net/new: right programs pass, wrong ones are named" { prove net/01_new shared; }
@test "net/named: right programs pass, wrong ones are named" { prove net/02_named shared; }
@test "net/named where / is private" { prove net/02_named private; }
