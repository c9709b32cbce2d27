#!/nonexistent/interpreter
# Attack: can't be executed at all.
# Outcome: fail/not-executed fail/other
