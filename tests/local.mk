# Unit tests are cmocka programs, the others scripts; all speak TAP.
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	srcdir=$(srcdir); builddir=$(builddir); export srcdir builddir; \
	CODEX_RT_LIBC=$(RT_LIBC); export CODEX_RT_LIBC;

unit_tests = %D%/unit/test_blob
sh_tests = %D%/cli/hardening.sh

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
TESTS += $(sh_tests)
EXTRA_DIST += $(sh_tests) %D%/lib/tap.sh

unit_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
unit_libs = compiler/libpolicyc.a grammar/libgrammar.a compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a \
	$(YAML_LIBS) $(SECCOMP_LIBS) $(CMOCKA_LIBS)

%C%_unit_test_blob_SOURCES = %D%/unit/test_blob.c %D%/lib/unit.h
%C%_unit_test_blob_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_blob_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_automaton
%C%_unit_test_automaton_SOURCES = %D%/unit/test_automaton.c \
	%D%/lib/execrules.h %D%/lib/execrules.c %D%/lib/unit.h
%C%_unit_test_automaton_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_automaton_LDADD = $(unit_libs)
