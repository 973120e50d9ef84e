# bench
noinst_PROGRAMS += %D%/bench_bpf
%C%_bench_bpf_SOURCES = %D%/bench_bpf.c tests/lib/naive.h tests/lib/naive.c
%C%_bench_bpf_LDADD = compiler/libpolicyc.a blob/libblobread.a
