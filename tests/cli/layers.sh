# Includes go downwards only, and each library has one file that knows it.
. "$srcdir/tests/lib/tap.sh"

# none NAME PATTERN FILE...: no line of the files matches.
none() {
	name=$1
	pattern=$2
	shift 2
	[ $# -gt 0 ] && [ -f "$1" ] || { ok 1 "$name: there are files"; return; }
	is "$(grep -lE "$pattern" "$@")" "" "$name"
}
cd "$srcdir" || exit 1
none "runtime/ knows neither compiler/ nor grammar/" \
    '#include "(compiler|grammar)/' runtime/*.[ch]
none "compiler/ does not know runtime/" '#include "runtime/' compiler/*.[ch]
none "blob/ knows no other folder, nor stdio" \
    '#include ("(compiler|grammar|runtime)/|<stdio\.h>)' blob/*.[ch]
is "$(grep -l '#include <yaml.h>' compiler/*.[ch] grammar/*)" \
    compiler/yaml.c "libyaml is yaml.c's"
is "$(grep -l '#include <seccomp.h>' compiler/*.[ch] grammar/*)" \
    compiler/sysname.c "libseccomp is sysname.c's"
is "$(grep -l 'blob/write.h' runtime/*.[ch])" "" "runtime/ writes no blobs"
finish
