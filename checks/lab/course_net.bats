# The exercises of net in both directions.

load course

# These checks wait for answers that must not come; two of them leave the machine idle.
at_once=4

@test "net/new: right programs pass, wrong ones are named" { prove net/01_new shared; }
@test "net/named: right programs pass, wrong ones are named" { prove net/02_named shared; }
@test "net/veth: right programs pass, wrong ones are named" { prove net/03_veth shared; }
@test "net/nat: right programs pass, wrong ones are named" { prove net/04_nat shared; }
@test "net/bridge: right programs pass, wrong ones are named" { prove net/05_bridge shared; }
@test "net/http: right programs pass, wrong ones are named" { prove net/06_http shared; }
@test "net/triangle: right programs pass, wrong ones are named" { prove net/07_triangle shared; }
@test "net/shape: right programs pass, wrong ones are named" { prove net/08_shape shared; }
@test "net/named where / is private" { prove net/02_named private; }
