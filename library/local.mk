# libcodexpolicy: the reader and what locks down, for other programs.  Linked
# by hand, as a shared library is all that is wanted of libtool.
include_HEADERS = %D%/codexpolicy.h
codexlibdir = $(libdir)
codexlib_DATA = %D%/libcodexpolicy.so.0
codexpcdir = $(libdir)/pkgconfig
codexpc_DATA = %D%/codexpolicy.pc
EXTRA_DIST += %D%/codexpolicy.map
CLEANFILES += %D%/libcodexpolicy.so.0

noinst_LIBRARIES += %D%/libcodexpolicy_pic.a
library_runtime = runtime/text.c runtime/scratch.c runtime/failure.c \
	runtime/vars.c runtime/load.c runtime/report.c runtime/support.c \
	runtime/broker_need.c runtime/procfs.c \
	runtime/plan.c runtime/bars.c runtime/bars_list.c runtime/walk.c \
	runtime/aliases.c runtime/folder.c runtime/gitdirs.c runtime/given.c runtime/held.c runtime/judged.c \
	runtime/ruling.c runtime/apply_fds.c runtime/apply_mounts.c \
	runtime/apply_namespaces.c runtime/apply_rlimits.c \
	runtime/apply_session.c runtime/apply_capabilities.c \
	runtime/landlock.c runtime/apply_landlock.c runtime/apply_seccomp.c
%C%_libcodexpolicy_pic_a_SOURCES = \
	%D%/codexpolicy.h %D%/policy.h %D%/policy.c %D%/decide.c \
	%D%/apply.c %D%/run.c %D%/records.h %D%/records.c \
	$(library_runtime) $(blob_load_sources) $(blob_read_sources)
%C%_libcodexpolicy_pic_a_CPPFLAGS = $(AM_CPPFLAGS) $(runtime_defines)
%C%_libcodexpolicy_pic_a_CFLAGS = $(AM_CFLAGS) -fPIC -fvisibility=hidden \
	-ffunction-sections -fdata-sections

%D%/libcodexpolicy.so.0: %D%/libcodexpolicy_pic.a $(srcdir)/%D%/codexpolicy.map
	$(AM_V_CCLD)$(CC) $(SAN_CFLAGS) $(CFLAGS) -shared \
	    -Wl,-soname,libcodexpolicy.so.0 -Wl,--gc-sections \
	    -Wl,--version-script=$(srcdir)/%D%/codexpolicy.map \
	    $(HARD_LDFLAGS) $(LDFLAGS) -o $@ \
	    -Wl,--whole-archive %D%/libcodexpolicy_pic.a -Wl,--no-whole-archive

install-data-hook:
	cd "$(DESTDIR)$(codexlibdir)" && \
	    ln -sf libcodexpolicy.so.0 libcodexpolicy.so
uninstall-hook:
	rm -f "$(DESTDIR)$(codexlibdir)/libcodexpolicy.so"
	for d in "$(codexrulesdir)" "$(codexdatadir)" "$(datadir)/codex" \
	    "$(examplesdir)" "$(docdir)"; do \
		rmdir "$(DESTDIR)$$d" 2>/dev/null || :; \
	done
