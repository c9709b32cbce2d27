# The exercises of uts in both directions.

load course

@test "uts/hostname: right programs pass, wrong ones are named" { prove uts/01_hostname shared; }
@test "uts/domain: right programs pass, wrong ones are named" { prove uts/02_domain shared; }
