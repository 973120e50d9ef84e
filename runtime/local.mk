bin_PROGRAMS += %D%/codex-exec

runtime_sources = \
	%D%/kernel.h %D%/failure.h %D%/failure.c %D%/text.h %D%/text.c \
	%D%/scratch.h %D%/scratch.c %D%/options.h %D%/options.c \
	%D%/vars.h %D%/vars.c %D%/load.h %D%/load.c %D%/env.h %D%/env.c \
	%D%/plan.h %D%/plan.c %D%/bars.h %D%/bars.c %D%/bars_list.c %D%/walk.h %D%/walk.c %D%/apply_mounts.c %D%/held.h %D%/held.c \
	%D%/loader.h %D%/loader.c \
	%D%/aliases.h %D%/aliases.c %D%/gitdirs.h %D%/gitdirs.c %D%/support.h %D%/support.c \
	%D%/command.h %D%/command.c %D%/redact.h %D%/redact.c \
	%D%/audit.h %D%/audit.c %D%/apply.h %D%/apply_fds.c \
	%D%/apply_rlimits.c %D%/apply_session.c %D%/apply_capabilities.c \
	%D%/apply_landlock.c %D%/apply_seccomp.c %D%/launch.h %D%/launch.c \
	%D%/report.h %D%/report.c %D%/dryrun.h %D%/dryrun.c \
	%D%/doctor.h %D%/doctor.c \
	%D%/spawn.h %D%/spawn.c %D%/tree.h %D%/tree.c \
	%D%/supervise.h %D%/supervise.c \
	%D%/judged.h %D%/judged.c
runtime_defines = -DCODEX_DATADIR='"$(datadir)"' \
	-DCODEX_VERSION='"$(PACKAGE_VERSION)"'

%C%_codex_exec_SOURCES = %D%/main.c $(runtime_sources)
%C%_codex_exec_CPPFLAGS = -I$(top_srcdir) $(RT_CPPFLAGS) $(runtime_defines)
# Few pages and few segments are what a quick start is made of.
%C%_codex_exec_CFLAGS = $(AM_CFLAGS) $(RT_CFLAGS)
%C%_codex_exec_LDFLAGS = $(HARD_LDFLAGS) -Wl,-z,noseparate-code
%C%_codex_exec_LDADD = blob/libblobread_rt.a
# Start files of another libc come first and last.
%C%_codex_exec_LINK = $(CCLD) $(%C%_codex_exec_CFLAGS) $(CFLAGS) \
	$(RT_LDFLAGS) $(%C%_codex_exec_LDFLAGS) $(LDFLAGS) -o $@
%C%_codex_exec_LDADD += $(RT_LIBS) $(RT_END)
