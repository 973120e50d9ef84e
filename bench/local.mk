# bench
# Not run by `make check': numbers need a quiet machine.
noinst_PROGRAMS += %D%/bench_launch
%C%_bench_launch_SOURCES = %D%/bench_launch.c
