bin_PROGRAMS += %D%/codex-exec

%C%_codex_exec_SOURCES = %D%/main.c
%C%_codex_exec_CPPFLAGS = -I$(top_srcdir) $(RT_CPPFLAGS)
%C%_codex_exec_CFLAGS = $(AM_CFLAGS) $(RT_CFLAGS) -ffunction-sections
%C%_codex_exec_LDFLAGS = $(HARD_LDFLAGS)
%C%_codex_exec_LDADD = blob/libblobread_rt.a
# Start files of another libc come first and last.
%C%_codex_exec_LINK = $(CCLD) $(%C%_codex_exec_CFLAGS) $(CFLAGS) \
	$(RT_LDFLAGS) $(%C%_codex_exec_LDFLAGS) $(LDFLAGS) -o $@
%C%_codex_exec_LDADD += $(RT_LIBS) $(RT_END)
