# bench

noinst_PROGRAMS += %D%/bench_exec
%C%_bench_exec_SOURCES = %D%/bench_exec.c tests/lib/execrules.h \
	tests/lib/execrules.c
%C%_bench_exec_LDADD = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a \
	$(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)

# Not run by `make check': numbers need a quiet machine.
noinst_PROGRAMS += %D%/bench_launch
%C%_bench_launch_SOURCES = %D%/bench_launch.c %D%/timing.h %D%/timing.c

# The floor beside it, linked as codex-exec is.
noinst_PROGRAMS += %D%/floor
%C%_floor_SOURCES = %D%/floor.c
%C%_floor_CPPFLAGS = -I$(top_srcdir) $(RT_CPPFLAGS)
%C%_floor_CFLAGS = $(AM_CFLAGS) $(RT_CFLAGS)
%C%_floor_LDFLAGS = $(HARD_LDFLAGS) -Wl,-z,noseparate-code
%C%_floor_LINK = $(CCLD) $(%C%_floor_CFLAGS) $(CFLAGS) \
	$(RT_LDFLAGS) $(%C%_floor_LDFLAGS) $(LDFLAGS) -o $@
%C%_floor_LDADD = $(RT_LIBS) $(RT_END)

noinst_PROGRAMS += %D%/bench_bpf
%C%_bench_bpf_SOURCES = %D%/bench_bpf.c tests/lib/realpolicy.h \
	tests/lib/realpolicy.c tests/lib/witness.h tests/lib/witness.c
%C%_bench_bpf_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
%C%_bench_bpf_LDADD = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobread.a $(YAML_LIBS) \
	$(SECCOMP_LIBS) $(RULES_LIBS)

noinst_PROGRAMS += %D%/bench_pair
%C%_bench_pair_SOURCES = %D%/bench_pair.c %D%/timing.h %D%/timing.c

noinst_PROGRAMS += %D%/bench_events
%C%_bench_events_SOURCES = %D%/bench_events.c %D%/timing.h %D%/timing.c

# All of it, beside the goals; CODEX=PATH adds the real program.
EXTRA_DIST += %D%/bench.sh
.PHONY: bench
bench: all
	@srcdir="$(srcdir)" STRIP="$${STRIP:-strip}" sh $(srcdir)/%D%/bench.sh
