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
	%D%/bpf_word.h %D%/bpf_word.c %D%/bpf_cube.h %D%/bpf_cube.c %D%/sim.h %D%/sim.c \
	%D%/vset.h %D%/vset.c %D%/prove.h %D%/prove_impl.h %D%/prove.c \
	%D%/prove_policy.c %D%/prove_blob.c \
	%D%/sysnotify.h %D%/sysnotify.c \
	%D%/sysvalue.h %D%/sysvalue.c %D%/dump_bpf.h %D%/dump_bpf.c

%C%_codex_policyc_SOURCES = %D%/main.c %D%/verb.h %D%/verb_build.c %D%/verb_show.c \
	%D%/verb_execpolicy.c %D%/verb_sim.c \
	%D%/execpolicy_help.h %D%/execpolicy_help.c \
	%D%/feature.h %D%/feature.c %D%/feature.def
%C%_codex_policyc_CPPFLAGS = $(AM_CPPFLAGS) -DCODEX_VERSION='"$(VERSION)"' \
	-DCODEX_PROFILE_DIR='"$(codexdatadir)"'
%C%_codex_policyc_LDADD = %D%/libpolicyc.a grammar/libgrammar.a %D%/libpolicyc.a \
	blob/libblobwrite.a \
	blob/libblobread.a $(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)
%C%_libpolicyc_a_SOURCES += \
	%D%/expand.h %D%/expand.c %D%/ir.h %D%/lower.h %D%/lower.c \
	%D%/lower_env.c %D%/lower_net.c %D%/lower_domain.c %D%/lower_sys.c %D%/lower_hint.c \
	%D%/frequency.h %D%/frequency.c %D%/lower_exec.c
%C%_libpolicyc_a_SOURCES += \
	%D%/sysc.h %D%/sysc.c %D%/sysname.h %D%/sysname.c %D%/sysgroup.h \
	%D%/sysgroup.c %D%/sysarg.h %D%/sysarg.c %D%/sysaction.c \
	%D%/sysdnf.h %D%/sysdnf.c %D%/sysset.h %D%/sysset.c \
	%D%/sysitem.h %D%/sysitem.c %D%/syslower.c %D%/syseval.c \
	%D%/sysconst.h %D%/sysconst.c %D%/sysname.def %D%/sysarg.def \
	%D%/sysconst.def %D%/syserrno.def %D%/sysgroup.def
%C%_libpolicyc_a_SOURCES += \
	%D%/automaton.h %D%/automaton.c %D%/automaton_put.h \
	%D%/automaton_put.c %D%/tokenclass.h %D%/tokenclass.c \
	%D%/subset.h %D%/subset.c %D%/reach.h %D%/reach.c %D%/glob.h \
	%D%/glob.c %D%/setpool.h %D%/setpool.c
%C%_libpolicyc_a_CPPFLAGS += -DCODEX_PROFILE_DIR='"$(codexdatadir)"' \
	-DCODEX_DATADIR='"$(datadir)"'
%C%_libpolicyc_a_SOURCES += %D%/emit.h %D%/emit.c %D%/emit_sys.h %D%/emit_sys.c %D%/rules.h %D%/rules.c
%C%_libpolicyc_a_SOURCES += \
	%D%/rules_impl.h %D%/rules_call.c %D%/rules_net.c %D%/rules_match.c %D%/rules_host.c \
	%D%/rules_shlex.c %D%/rules_json.c \
	%D%/star_ast.h %D%/deep.h %D%/deep.c \
	%D%/star_big.h %D%/star_big.c %D%/star_big_real.c \
	%D%/star_ast.c %D%/star_build.h %D%/star_stmt.c \
	%D%/star_literal.h %D%/star_literal.c \
	%D%/star_resolve.c %D%/star_value.h %D%/star_value.c %D%/star_dict.c \
	%D%/star_text.c %D%/star_op.c %D%/star_format.c %D%/star_eval.h \
	%D%/star_eval.c %D%/star_exec.c %D%/star_index.c %D%/star_call.c %D%/star_annot.c %D%/star_builtin.c \
	%D%/star_convert.c %D%/star_list.c %D%/star_string.c %D%/star_split.c \
	%D%/star_case.c %D%/star_unicode.h %D%/star_unicode.c \
	%D%/star_unicode_new.h %D%/star_unicode_new.c
%C%_libpolicyc_a_SOURCES += \
	%D%/json.h %D%/json.c %D%/oci.h %D%/oci_plan.h %D%/oci_name.c \
	%D%/oci_key.h %D%/oci_key.c %D%/oci_read.c %D%/oci_cond.c \
	%D%/oci_import.c %D%/oci_print.c %D%/oci_export.c \
	%D%/bitdd.h %D%/bitdd.c
%C%_codex_policyc_SOURCES += %D%/verb_arch.c %D%/verb_oci.c
%C%_libpolicyc_a_SOURCES += \
	%D%/lint.h %D%/lint.c %D%/lint_sys.c %D%/lint_walk.c \
	%D%/lint_exec.c %D%/lint_cover.h %D%/lint_cover.c \
	%D%/lint_files.c %D%/sarif.h %D%/sarif.c
%C%_codex_policyc_SOURCES += %D%/verb_lint.c
%C%_libpolicyc_a_SOURCES += %D%/foldtable.h %D%/foldtable.c
%C%_libpolicyc_a_SOURCES += \
	%D%/regex.h %D%/regex_impl.h %D%/regex.c %D%/regex_parse.c \
	%D%/program_put.h %D%/program_put.c \
	%D%/rules_prog.c %D%/rules_progtest.c
%C%_libpolicyc_a_SOURCES += %D%/ruleref.h %D%/ruleref.c
%C%_libpolicyc_a_SOURCES += %D%/textbuf.h %D%/textbuf.c %D%/dump.h %D%/dump_quote.h \
	%D%/dump_quote.c %D%/dump_cond.h %D%/dump_cond.c %D%/dump_sysc.h \
	%D%/dump_sysc.c %D%/dump_rules.c %D%/dump_programs.c %D%/dump_values.c \
	%D%/dump_yaml.c %D%/dump_resolved.c
%C%_libpolicyc_a_SOURCES += %D%/dump.c %D%/dump_table.c %D%/columns.h %D%/columns.c %D%/stack.h %D%/stack.c %D%/stack_files.c %D%/stack_net.c %D%/stack_sys.c %D%/stack_rest.c %D%/stack_print.c %D%/jsonout.h \
	%D%/jsonout.c %D%/dump_json.h %D%/dump_json.c %D%/dump_json_sys.c \
	%D%/dump_json_exec.c
%C%_codex_policyc_SOURCES += %D%/policy.h %D%/policy.c
%C%_libpolicyc_a_SOURCES += %D%/place.h %D%/place.c %D%/question.h \
	%D%/question.c %D%/question_impl.h %D%/question_answer.c %D%/question_exec.c %D%/ptest.h %D%/ptest.c \
	%D%/lower_test.c %D%/scalar.h %D%/scalar.c
%C%_libpolicyc_a_SOURCES += %D%/testlog.h %D%/testlog.c %D%/testlog_print.c
%C%_codex_policyc_SOURCES += %D%/verb_file.c %D%/verb_test.c %D%/verb_why.c %D%/why.h %D%/why_print.c
