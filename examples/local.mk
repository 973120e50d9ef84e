examplesdir = $(docdir)/examples
dist_examples_DATA = %D%/build-only.yaml %D%/web-client.yaml \
	%D%/careful-git.yaml %D%/careful-git.rules %D%/ask_policy.c
# Not from an installed library: the one of this build.
check_PROGRAMS += %D%/ask_policy
%C%_ask_policy_SOURCES = %D%/ask_policy.c
%C%_ask_policy_CPPFLAGS = -I$(top_srcdir)/library $(FORTIFY_CPPFLAGS)
%C%_ask_policy_LDFLAGS = $(AM_LDFLAGS) "-Wl,-rpath,$(abs_builddir)/library"
%C%_ask_policy_LDADD = library/libcodexpolicy.so.0
