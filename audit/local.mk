# codex-audit: reads what codex-exec records.  libc, our SHA-256 and the
# runtime's text functions; nothing of the compiler.
bin_PROGRAMS += %D%/codex-audit
audit_sources = %D%/record.h %D%/record.c %D%/moment.h %D%/moment.c \
	%D%/lines.h %D%/lines.c
%C%_codex_audit_SOURCES = %D%/main.c $(audit_sources) \
	%D%/options.h %D%/options.c %D%/verb.h %D%/scan.c \
	%D%/query.c %D%/verify.c %D%/tally.h %D%/tally.c %D%/stats.c \
	%D%/output.h %D%/output.c %D%/metrics.c %D%/export.c %D%/clear.c \
	runtime/text.h runtime/text.c
%C%_codex_audit_CPPFLAGS = $(AM_CPPFLAGS) -DCODEX_VERSION='"$(VERSION)"'
%C%_codex_audit_LDADD = blob/libblobread.a
