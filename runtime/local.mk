bin_PROGRAMS += %D%/codex-exec

# A start touches few pages when what it runs lies together: sources are
# linked in this order, and behind them the format library and the libc.
runtime_rest = \
	%D%/bars_links.c %D%/walk.h %D%/walk.c %D%/apply_namespaces.c \
	%D%/held.h %D%/held.c %D%/aliases.h %D%/aliases.c %D%/gitdirs.h \
	%D%/gitdirs.c %D%/folder.h %D%/folder.c %D%/redact.h %D%/redact.c \
	%D%/send.h %D%/send.c %D%/sink.h %D%/sink.c %D%/report.h \
	%D%/report.c %D%/dryrun.h %D%/dryrun.c %D%/doctor.h %D%/doctor.c \
	%D%/features.h %D%/features.c %D%/probe.h %D%/probe.c %D%/prove.h \
	%D%/prove.c %D%/prove_list.h %D%/prove_list.c %D%/relro.h \
	%D%/relro.c %D%/spawn.h %D%/spawn.c \
	%D%/reaper.h %D%/reaper.c %D%/tree.h %D%/tree.c \
	%D%/supervise.h %D%/supervise.c %D%/brief.h %D%/brief.c \
	%D%/broker.h %D%/broker.c \
	%D%/broker_open.c %D%/broker_connect.c %D%/notify.h %D%/notify.c \
	%D%/birth.h %D%/birth.c %D%/execstack.h %D%/execstack.c \
	%D%/peek.h %D%/peek.c %D%/execs.h %D%/execs.c %D%/refusal.c \
	%D%/denials.h %D%/denials.c %D%/denial_log.h %D%/denial_log.c \
	%D%/endpoint.h %D%/endpoint.c %D%/procfs.h %D%/procfs.c \
	%D%/filecalls.h %D%/filecalls.c %D%/decode.h %D%/decode.c \
	%D%/resolve.h %D%/resolve.c %D%/explain.h %D%/explain.c \
	%D%/advice.h %D%/advice.c %D%/reply.h %D%/reply.c %D%/freeze.h \
	%D%/freeze.c %D%/question.h %D%/question.c %D%/left.h %D%/left.c \
	%D%/left_kind.h %D%/left_kind.c %D%/left_read.c %D%/left_walk.c \
	%D%/left_watch.c %D%/left_calls.h %D%/left_calls.c %D%/approve.h \
	%D%/approve.c %D%/approve_tty.c %D%/binding.h %D%/binding.c \
	%D%/script.h %D%/script.c \
	%D%/names.h %D%/names.c %D%/names_act.h %D%/names_act.c \
	%D%/names_marks.c
proxy_read_sources = \
	%D%/proxy_target.h %D%/proxy_target.c %D%/proxy_http.h \
	%D%/proxy_http.c %D%/proxy_body.c %D%/proxy_socks.h \
	%D%/proxy_socks.c %D%/proxy_hello.h %D%/proxy_hello.c
runtime_rest += $(proxy_read_sources) \
	%D%/proxy_ruling.h %D%/proxy_ruling.c %D%/proxy_report.h \
	%D%/proxy_report.c %D%/proxy_lookup.h %D%/proxy_lookup.c \
	%D%/proxy_lock.h %D%/proxy_lock.c %D%/proxy_conn.h \
	%D%/proxy_conn.c %D%/proxy_step.h %D%/proxy_first.c \
	%D%/proxy_say.c %D%/proxy_pipe.h %D%/proxy_pipe.c \
	%D%/proxy_loop.h %D%/proxy_loop.c %D%/proxy_main.h \
	%D%/proxy_main.c %D%/proxy.h %D%/proxy.c %D%/proxy_env.c
# What a run in place runs.
runtime_start = \
	%D%/kernel.h %D%/failure.h %D%/failure.c %D%/text.h %D%/text.c \
	%D%/scratch.h %D%/scratch.c %D%/options.h %D%/options.c \
	%D%/vars.h %D%/vars.c %D%/load.h %D%/load.c %D%/env.h %D%/env.c \
	%D%/plan.h %D%/plan.c %D%/bars.h %D%/bars.c %D%/bars_list.c \
	%D%/apply_mounts.c %D%/loader.h %D%/loader.c %D%/given.h \
	%D%/given.c %D%/support.h %D%/support.c %D%/command.h \
	%D%/command.c %D%/audit.h %D%/audit.c %D%/audit_open.c \
	%D%/record.h %D%/record.c %D%/sink_file.h %D%/sink_file.c \
	%D%/apply.h %D%/apply_fds.c %D%/apply_rlimits.c \
	%D%/apply_session.c %D%/apply_capabilities.c %D%/landlock.h \
	%D%/landlock.c %D%/apply_landlock.c %D%/apply_seccomp.c \
	%D%/launch.h %D%/launch.c %D%/broker_need.c %D%/judged.h \
	%D%/judged.c %D%/ruling.h %D%/ruling.c %D%/fence.h %D%/fence.c \
	%D%/keep.h %D%/keep.c
runtime_sources = $(runtime_rest) $(runtime_start)
runtime_defines = -DCODEX_DATADIR='"$(datadir)"' \
	-DCODEX_VERSION='"$(PACKAGE_VERSION)"'

%C%_codex_exec_SOURCES = $(runtime_sources) %D%/main.c
%C%_codex_exec_CPPFLAGS = -I$(top_srcdir) $(RT_CPPFLAGS) $(runtime_defines)
# Few pages and few segments are what a quick start is made of.
%C%_codex_exec_CFLAGS = $(AM_CFLAGS) $(RT_CFLAGS)
%C%_codex_exec_LDFLAGS = $(HARD_LDFLAGS) -Wl,-z,noseparate-code
%C%_codex_exec_LDADD = blob/libblobread_rt.a
# Start files of another libc come first and last.
%C%_codex_exec_LINK = $(CCLD) $(%C%_codex_exec_CFLAGS) $(CFLAGS) \
	$(RT_LDFLAGS) $(%C%_codex_exec_LDFLAGS) $(LDFLAGS) -o $@
%C%_codex_exec_LDADD += $(RT_LIBS) $(RT_END)

# The names of this architecture's calls, in the order of their numbers.
BUILT_SOURCES += %D%/sysnames.h
CLEANFILES += %D%/sysnames.h
%D%/sysnames.h: %D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	echo '#include <sys/syscall.h>' | \
	$(CC) $(RT_CPPFLAGS) -E -dM - | awk ' \
	    /^#define __NR_[a-z0-9_]+ [0-9]+$$/ { \
		n = $$3 + 0; name[n] = substr($$2, 6); \
		if (n < 1024 && n > last) last = n } \
	    END { for (n = 0; n <= last; n++) \
		printf "\"%s\\0\"\n", name[n] }' >$@.tmp && mv $@.tmp $@
# Also where no whole build has made it.
%D%/codex_exec-decode.$(OBJEXT) %D%/tests_fuzz_fuzz_notify-decode.$(OBJEXT) \
%D%/tests_fuzz_replay_notify-decode.$(OBJEXT) \
%D%/tests_unit_test_denials-decode.$(OBJEXT): %D%/sysnames.h
