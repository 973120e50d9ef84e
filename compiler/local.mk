bin_PROGRAMS += %D%/codex-policyc
noinst_LIBRARIES += %D%/libpolicyc.a

%C%_libpolicyc_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS) $(SECCOMP_CFLAGS)
%C%_libpolicyc_a_SOURCES = \
	%D%/arena.h %D%/arena.c %D%/source.h %D%/source.c \
	%D%/diag.h %D%/diag.c %D%/near.c \
	%D%/node.h %D%/node.c %D%/yaml.c %D%/schema.h %D%/schema.c \
	%D%/merge.h %D%/merge.c \
	%D%/bpf.h %D%/bpf.c %D%/bpf_dd.h %D%/bpf_dd.c \
	%D%/bpf_prog.h %D%/bpf_prog.c %D%/bpf_tree.h %D%/bpf_tree.c \
	%D%/bpf_word.h %D%/bpf_word.c %D%/sim.h %D%/sim.c \
	%D%/vset.h %D%/vset.c %D%/prove.h %D%/prove_impl.h %D%/prove.c \
	%D%/prove_policy.c %D%/prove_blob.c

%C%_codex_policyc_SOURCES = %D%/main.c %D%/verb.h %D%/verb_build.c %D%/verb_show.c
%C%_codex_policyc_CPPFLAGS = $(AM_CPPFLAGS) -DCODEX_VERSION='"$(VERSION)"'
%C%_codex_policyc_LDADD = %D%/libpolicyc.a grammar/libgrammar.a %D%/libpolicyc.a \
	blob/libblobwrite.a \
	blob/libblobread.a $(YAML_LIBS) $(SECCOMP_LIBS)
%C%_libpolicyc_a_SOURCES += \
	%D%/expand.h %D%/expand.c %D%/ir.h %D%/lower.h %D%/lower.c \
	%D%/lower_net.c %D%/lower_sys.c %D%/lower_exec.c
%C%_libpolicyc_a_SOURCES += \
	%D%/sysc.h %D%/sysc.c %D%/sysname.h %D%/sysname.c %D%/sysgroup.h \
	%D%/sysgroup.c %D%/sysarg.h %D%/sysarg.c %D%/sysaction.c \
	%D%/sysdnf.h %D%/sysdnf.c %D%/sysset.h %D%/sysset.c \
	%D%/sysitem.h %D%/sysitem.c %D%/syslower.c %D%/syseval.c \
	%D%/sysconst.h %D%/sysconst.c %D%/sysname.def %D%/sysarg.def \
	%D%/sysconst.def %D%/syserrno.def %D%/sysgroup.def
%C%_libpolicyc_a_SOURCES += \
	%D%/automaton.h %D%/automaton.c %D%/automaton_put.h \
	%D%/automaton_put.c %D%/subset.h %D%/subset.c %D%/glob.h \
	%D%/glob.c %D%/setpool.h %D%/setpool.c
%C%_libpolicyc_a_CPPFLAGS += -DCODEX_PROFILE_DIR='"$(codexdatadir)"'
%C%_libpolicyc_a_SOURCES += %D%/emit.h %D%/emit.c %D%/rules.h %D%/rules.c
