# Scanners and parsers, one pair a language.  Each language names its
# generated header in BUILT_SOURCES.
BUILT_SOURCES += %D%/sys_parse.h %D%/rules_parse.h
noinst_LIBRARIES += %D%/libgrammar.a
%C%_libgrammar_a_SOURCES = %D%/sys_ast.h %D%/sys_parse.y %D%/sys_scan.l \
	%D%/rules_parse.y %D%/rules_scan.l
# Generated code is not ours to tidy.
%C%_libgrammar_a_CFLAGS = $(AM_CFLAGS) -Wno-shadow -Wno-cast-qual \
	-Wno-missing-prototypes -Wno-unused-function -Wno-sign-compare \
	-Wno-undef
