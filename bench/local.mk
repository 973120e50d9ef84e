# bench

noinst_PROGRAMS += %D%/bench_exec
%C%_bench_exec_SOURCES = %D%/bench_exec.c tests/lib/execrules.h \
	tests/lib/execrules.c
%C%_bench_exec_LDADD = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a \
	$(YAML_LIBS) $(SECCOMP_LIBS)
