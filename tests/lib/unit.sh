# Run a unit test.  cmocka 1.1.5 writes a skipped test as `not ok ... # SKIP',
# which TAP readers take for a failure.
out=$("$@")
status=$?
printf '%s\n' "$out" | sed 's/^not ok \([0-9]* # SKIP\)/ok \1/'
exit $status
