# The format library: a reader without writer code for both programs, and a
# writer for the compiler and the tests.
blob_load_sources = \
	%D%/format.h \
	%D%/bytes.h \
	%D%/read.h %D%/read.c %D%/read_sys.c \
	%D%/validate.h %D%/validate.c %D%/validate_sys.c \
	%D%/digest.h %D%/digest.c \
	%D%/sha256.h %D%/sha256.c %D%/sha256_x86.c
blob_read_sources = \
	%D%/exec.h %D%/exec.c %D%/exec_step.c \
	%D%/fold.h %D%/fold.c \
	%D%/program.h %D%/program.c %D%/program_check.c \
	%D%/program_decide.c \
	%D%/utf8.h %D%/utf8.c %D%/eval.h %D%/eval.c \
	%D%/shell.h %D%/shell.c %D%/shell_name.c \
	%D%/wrap.h %D%/wrap.c \
	%D%/wrap_row.h %D%/wrap_row.c %D%/wrap_scan.c \
	%D%/decide.h %D%/decide.c \
	%D%/judge.h %D%/judge.c %D%/judge_env.h %D%/judge_env.c \
	%D%/judge_path.c %D%/judge_net.c \
	%D%/judge_proxy.c %D%/hostname.h %D%/hostname.c \
	%D%/address.h %D%/address.c \
	%D%/vardef.h %D%/vardef.c \
	%D%/roots.h %D%/roots.c

noinst_LIBRARIES += %D%/libblobread.a %D%/libblobwrite.a %D%/libblobread_rt.a
%C%_libblobread_a_SOURCES = $(blob_load_sources) $(blob_read_sources)
%C%_libblobwrite_a_SOURCES = %D%/write.h %D%/write.c

# The same sources for codex-exec, which has its own libc.  Reading a policy
# is most of what a launch computes: that part is made for speed.
noinst_LIBRARIES += %D%/libblobload_rt.a
rt_cppflags = -I$(top_srcdir) $(RT_CPPFLAGS)
%C%_libblobload_rt_a_SOURCES = $(blob_load_sources)
%C%_libblobload_rt_a_CPPFLAGS = $(rt_cppflags) -DSHA256_BY_TRIAL
%C%_libblobload_rt_a_CFLAGS = $(AM_CFLAGS) $(RT_CFLAGS) $(OPT_CFLAGS)
%C%_libblobread_rt_a_SOURCES = $(blob_read_sources)
%C%_libblobread_rt_a_CPPFLAGS = $(rt_cppflags)
%C%_libblobread_rt_a_CFLAGS = $(AM_CFLAGS) $(RT_CFLAGS)
%C%_libblobread_rt_a_LIBADD = $(%C%_libblobload_rt_a_OBJECTS)
