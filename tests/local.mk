# Unit tests are cmocka programs, the others scripts; all speak TAP.
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/lib/unit.sh
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	srcdir=$(srcdir); builddir=$(builddir); export srcdir builddir; \
	CODEX_RT_LIBC=$(RT_LIBC); export CODEX_RT_LIBC;

unit_tests = %D%/unit/test_blob \
	%D%/unit/test_bpf \
	%D%/unit/test_prove \
	%D%/unit/test_bpf_kernel \
	%D%/unit/test_runtime_text \
	%D%/unit/test_runtime_vars \
	%D%/unit/test_sysname \
	%D%/unit/test_sysc \
	%D%/unit/test_sysrandom \
	%D%/unit/test_rules \
	%D%/unit/test_rules_cases
sh_tests = %D%/cli/hardening.sh \
	%D%/cli/layers.sh \
	%D%/cli/golden.sh \
	%D%/cli/programs.sh %D%/cli/unreachable.sh \
	%D%/cli/execpolicy.sh \
	%D%/cli/docs.sh \
	%D%/cli/supervised.sh \
	%D%/escape/scenarios.sh
sh_tests += %D%/cli/sim.sh %D%/cli/why.sh %D%/cli/stack.sh %D%/cli/ptest.sh
sh_tests += %D%/escape/probes.sh %D%/escape/given.sh
sh_tests += %D%/cli/limits.sh %D%/cli/fidelity.sh %D%/escape/works.sh
sh_tests += %D%/escape/proxy.sh
sh_tests += %D%/escape/mounts.sh %D%/escape/git.sh %D%/escape/names.sh
sh_tests += %D%/escape/left.sh %D%/escape/nested.sh %D%/escape/normal.sh
sh_tests += %D%/escape/ceiling.sh %D%/escape/doctor.sh
sh_tests += %D%/cli/transcripts.sh %D%/cli/shown.sh
sh_tests += %D%/cli/library.sh
sh_tests += %D%/escape/exec.sh %D%/escape/kernels.sh %D%/escape/prove.sh %D%/escape/loopback.sh
sh_tests += %D%/escape/processes.sh
check_PROGRAMS += %D%/lib/oldkernel
%C%_lib_oldkernel_SOURCES = %D%/lib/oldkernel.c

check_PROGRAMS += %D%/escape/probe
%C%_escape_probe_LDADD = -lpthread -lrt
%C%_escape_probe_SOURCES = %D%/escape/probe.h %D%/escape/probe.c \
	%D%/escape/probe_drive.c %D%/escape/probe_file.c \
	%D%/escape/probe_change.c %D%/escape/probe_net.c \
	%D%/escape/probe_process.c %D%/escape/probe_kernel.c \
	%D%/escape/probe_share.c %D%/escape/probe_swap.c \
	%D%/escape/probe_rare.c %D%/escape/probe_door.c

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
TESTS += $(sh_tests)
EXTRA_DIST += $(sh_tests) %D%/escape/nested_act.py %D%/lib/inside.sh %D%/lib/held.sh %D%/lib/script.sh %D%/lib/users.sh %D%/lib/proxyhost.py %D%/lib/proxyact.py %D%/lib/proxyact.js %D%/lib/tap.sh %D%/lib/jobs.py %D%/lib/window.py %D%/lib/faithful.py %D%/lib/unit.sh %D%/escape/empty.yaml %D%/golden/profile \
	%D%/golden/rules

unit_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
unit_libs = compiler/libpolicyc.a grammar/libgrammar.a compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a \
	$(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS) $(CMOCKA_LIBS)

%C%_unit_test_blob_SOURCES = %D%/unit/test_blob.c %D%/lib/unit.h
%C%_unit_test_blob_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_blob_LDADD = $(unit_libs)

%C%_unit_test_bpf_SOURCES = %D%/unit/test_bpf.c %D%/lib/naive.h %D%/lib/naive.c
%C%_unit_test_bpf_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_bpf_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_automaton
%C%_unit_test_automaton_SOURCES = %D%/unit/test_automaton.c \
	%D%/lib/execrules.h %D%/lib/execrules.c %D%/lib/unit.h
%C%_unit_test_automaton_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_automaton_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_names
%C%_unit_test_names_SOURCES = %D%/unit/test_names.c %D%/lib/unit.h
%C%_unit_test_names_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_names_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_reach
%C%_unit_test_reach_SOURCES = %D%/unit/test_reach.c \
	%D%/lib/execrules.h %D%/lib/execrules.c %D%/lib/unit.h
%C%_unit_test_reach_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_reach_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_eval
%C%_unit_test_eval_SOURCES = %D%/unit/test_eval.c %D%/lib/execrules.h \
	%D%/lib/execrules.c %D%/lib/execwalk.h %D%/lib/execwalk.c \
	%D%/lib/unit.h
%C%_unit_test_eval_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_eval_LDADD = $(unit_libs)

# Fuzz targets: a plain driver replays the seeds in every `make check'.
fuzz_replays = %D%/fuzz/replay_eval
check_PROGRAMS += $(fuzz_replays)
TESTS += $(fuzz_replays)
EXTRA_DIST += %D%/fuzz/seeds
%C%_fuzz_replay_eval_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_eval.c \
	%D%/lib/execwalk.h %D%/lib/execwalk.c
%C%_fuzz_replay_eval_CPPFLAGS = $(AM_CPPFLAGS) -DSEEDS='"tests/fuzz/seeds/eval"'
%C%_fuzz_replay_eval_LDADD = blob/libblobread.a

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_eval
%C%_fuzz_fuzz_eval_SOURCES = %D%/fuzz/fuzz_eval.c %D%/lib/execwalk.h \
	%D%/lib/execwalk.c
%C%_fuzz_fuzz_eval_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_eval_LDADD = blob/libblobread.a
endif

# The format: manual, hand-made blobs, damage.
unit_tests += %D%/unit/test_manual
%C%_unit_test_manual_SOURCES = %D%/unit/test_manual.c %D%/lib/manual.h \
	%D%/lib/manual.c %D%/lib/unit.h
%C%_unit_test_manual_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_manual_LDADD = $(unit_libs)
TESTS += %D%/cli/format.sh %D%/cli/canonical.sh %D%/cli/damage.sh
EXTRA_DIST += %D%/cli/format.sh %D%/cli/canonical.sh %D%/cli/damage.sh

unit_tests += %D%/unit/test_hand %D%/unit/test_hand_sections
%C%_unit_test_hand_SOURCES = %D%/unit/test_hand.c %D%/lib/unit.h \
	%D%/lib/hand.h %D%/lib/hand.c %D%/lib/blobwalk.h %D%/lib/blobwalk.c \
	%D%/lib/execwalk.h %D%/lib/execwalk.c
%C%_unit_test_hand_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_hand_LDADD = blob/libblobread.a $(CMOCKA_LIBS)
%C%_unit_test_hand_sections_SOURCES = %D%/unit/test_hand_sections.c \
	%D%/lib/unit.h %D%/lib/hand.h %D%/lib/hand.c
%C%_unit_test_hand_sections_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_hand_sections_LDADD = blob/libblobread.a $(CMOCKA_LIBS)
unit_tests += %D%/unit/test_damage
%C%_unit_test_damage_SOURCES = %D%/unit/test_damage.c %D%/lib/unit.h \
	%D%/lib/hand.h %D%/lib/hand.c %D%/lib/blobwalk.h %D%/lib/blobwalk.c \
	%D%/lib/execwalk.h %D%/lib/execwalk.c
%C%_unit_test_damage_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_damage_LDADD = blob/libblobread.a $(CMOCKA_LIBS)

# Whole blobs and whole profiles; the latter see no file but the input.
fuzz_replays += %D%/fuzz/replay_blob %D%/fuzz/replay_profile
fuzz_front_libs = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a \
	$(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)
fuzz_blob_sources = %D%/fuzz/fuzz_blob.c %D%/lib/blobwalk.h \
	%D%/lib/blobwalk.c %D%/lib/execwalk.h %D%/lib/execwalk.c
%C%_fuzz_replay_blob_SOURCES = %D%/fuzz/replay.c $(fuzz_blob_sources)
%C%_fuzz_replay_blob_CPPFLAGS = $(AM_CPPFLAGS) -DSEEDS='"tests/fuzz/seeds/blob"'
%C%_fuzz_replay_blob_LDADD = $(fuzz_front_libs)
%C%_fuzz_replay_profile_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_profile.c
%C%_fuzz_replay_profile_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/profile"'
%C%_fuzz_replay_profile_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=source_load
%C%_fuzz_replay_profile_LDADD = $(fuzz_front_libs)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_blob %D%/fuzz/fuzz_profile
%C%_fuzz_fuzz_blob_SOURCES = $(fuzz_blob_sources)
%C%_fuzz_fuzz_blob_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_blob_LDADD = $(fuzz_front_libs)
%C%_fuzz_fuzz_profile_SOURCES = %D%/fuzz/fuzz_profile.c
%C%_fuzz_fuzz_profile_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer \
	-Wl,--wrap=source_load
%C%_fuzz_fuzz_profile_LDADD = $(fuzz_front_libs)
endif

# The runtime's pure parts, against the host's libc.
runtime_test_cppflags = $(unit_cppflags) $(runtime_defines)
runtime_test_sources = runtime/text.c runtime/redact.c runtime/vars.c \
	runtime/scratch.c runtime/failure.c runtime/options.c runtime/left_kind.c runtime/env.c \
	runtime/load.c

%C%_unit_test_runtime_text_SOURCES = %D%/unit/test_runtime_text.c \
	$(runtime_test_sources)
%C%_unit_test_runtime_text_CPPFLAGS = $(runtime_test_cppflags)
%C%_unit_test_runtime_text_LDADD = $(unit_libs)

%C%_unit_test_runtime_vars_SOURCES = %D%/unit/test_runtime_vars.c \
	$(runtime_test_sources)
%C%_unit_test_runtime_vars_CPPFLAGS = $(runtime_test_cppflags)
%C%_unit_test_runtime_vars_LDADD = $(unit_libs)

%C%_unit_test_prove_SOURCES = %D%/unit/test_prove.c %D%/lib/naive.h %D%/lib/naive.c \
	%D%/lib/realpolicy.h %D%/lib/realpolicy.c
%C%_unit_test_prove_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_prove_LDADD = $(unit_libs)

%C%_unit_test_bpf_kernel_SOURCES = %D%/unit/test_bpf_kernel.c %D%/lib/naive.h \
	%D%/lib/naive.c
%C%_unit_test_bpf_kernel_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_bpf_kernel_LDADD = $(unit_libs)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_prove
%C%_fuzz_fuzz_prove_SOURCES = %D%/fuzz/fuzz_prove.c %D%/lib/naive.c
%C%_fuzz_fuzz_prove_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_prove_LDADD = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobread.a $(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)
endif

%C%_unit_test_sysname_SOURCES = %D%/unit/test_sysname.c %D%/lib/unit.h
%C%_unit_test_sysname_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_sysname_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_sysaction
%C%_unit_test_sysaction_SOURCES = %D%/unit/test_sysaction.c %D%/lib/unit.h
%C%_unit_test_sysaction_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_sysaction_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_sysarg
%C%_unit_test_sysarg_SOURCES = %D%/unit/test_sysarg.c %D%/lib/unit.h \
	%D%/lib/sysproto.def
%C%_unit_test_sysarg_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_sysarg_LDADD = $(unit_libs)

# In every build: the table of calls and libseccomp's, differences listed.
noinst_PROGRAMS += %D%/lib/calltable
%C%_lib_calltable_SOURCES = %D%/lib/calltable.c
%C%_lib_calltable_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
%C%_lib_calltable_LDADD = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobread.a $(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)
noinst_DATA += %D%/calltable.txt
CLEANFILES += %D%/calltable.txt %D%/calltable.tmp
%D%/calltable.txt: %D%/lib/calltable
	$(AM_V_GEN)if %D%/lib/calltable >%D%/calltable.tmp; then \
		mv %D%/calltable.tmp $@ && tail -n 1 $@; \
	else cat %D%/calltable.tmp; exit 1; fi

%C%_unit_test_sysc_SOURCES = %D%/unit/test_sysc.c %D%/lib/unit.h
%C%_unit_test_sysc_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_sysc_LDADD = $(unit_libs)

%C%_unit_test_sysrandom_SOURCES = %D%/unit/test_sysrandom.c %D%/lib/unit.h
%C%_unit_test_sysrandom_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_sysrandom_LDADD = $(unit_libs)

fuzz_replays += %D%/fuzz/replay_prove
%C%_fuzz_replay_prove_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_prove.c \
	%D%/lib/naive.c
%C%_fuzz_replay_prove_CPPFLAGS = $(AM_CPPFLAGS) -DSEEDS='"tests/fuzz/seeds/prove"'
%C%_fuzz_replay_prove_LDADD = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobread.a $(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)

fuzz_replays += %D%/fuzz/replay_syscond
%C%_fuzz_replay_syscond_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_syscond.c
%C%_fuzz_replay_syscond_CPPFLAGS = $(AM_CPPFLAGS) -DSEEDS='"tests/fuzz/seeds/syscond"'
%C%_fuzz_replay_syscond_LDADD = $(fuzz_syscond_libs)
fuzz_syscond_libs = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobread.a $(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_syscond
%C%_fuzz_fuzz_syscond_SOURCES = %D%/fuzz/fuzz_syscond.c
%C%_fuzz_fuzz_syscond_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_syscond_LDADD = $(fuzz_syscond_libs)
endif

%C%_unit_test_rules_SOURCES = %D%/unit/test_rules.c %D%/lib/unit.h
%C%_unit_test_rules_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_rules_LDADD = $(unit_libs)

%C%_unit_test_rules_cases_SOURCES = %D%/unit/test_rules_cases.c %D%/lib/unit.h
%C%_unit_test_rules_cases_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_rules_cases_LDADD = $(unit_libs)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_rules
%C%_fuzz_fuzz_rules_SOURCES = %D%/fuzz/fuzz_rules.c
%C%_fuzz_fuzz_rules_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_rules_LDADD = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a $(RULES_LIBS)
endif

unit_tests += %D%/unit/test_fold
%C%_unit_test_fold_SOURCES = %D%/unit/test_fold.c %D%/lib/execrules.h \
	%D%/lib/execrules.c %D%/lib/unit.h
%C%_unit_test_fold_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_fold_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_judge
%C%_unit_test_judge_SOURCES = %D%/unit/test_judge.c %D%/lib/unit.h
%C%_unit_test_judge_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_judge_LDADD = blob/libblobwrite.a blob/libblobread.a \
	$(CMOCKA_LIBS)

# Real policies, against libseccomp.
unit_tests += %D%/unit/test_realpolicy
realpolicy_sources = %D%/lib/realpolicy.h %D%/lib/realpolicy.c \
	%D%/lib/witness.h %D%/lib/witness.c
%C%_unit_test_realpolicy_SOURCES = %D%/unit/test_realpolicy.c \
	$(realpolicy_sources) %D%/lib/naive.h %D%/lib/naive.c
%C%_unit_test_realpolicy_CPPFLAGS = $(unit_cppflags) $(SECCOMP_CFLAGS)
%C%_unit_test_realpolicy_LDADD = $(unit_libs)
EXTRA_DIST += %D%/golden/seccomp %D%/golden/unreachable

fuzz_frequency_libs = compiler/libpolicyc.a blob/libblobwrite.a \
	blob/libblobread.a $(RULES_LIBS)
fuzz_replays += %D%/fuzz/replay_frequency
%C%_fuzz_replay_frequency_SOURCES = %D%/fuzz/replay.c \
	%D%/fuzz/fuzz_frequency.c
%C%_fuzz_replay_frequency_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/frequency"'
%C%_fuzz_replay_frequency_LDADD = $(fuzz_frequency_libs)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_frequency
%C%_fuzz_fuzz_frequency_SOURCES = %D%/fuzz/fuzz_frequency.c
%C%_fuzz_fuzz_frequency_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_frequency_LDADD = $(fuzz_frequency_libs)
endif

unit_tests += %D%/unit/test_notify
%C%_unit_test_notify_SOURCES = %D%/unit/test_notify.c %D%/lib/naive.h \
	%D%/lib/naive.c
%C%_unit_test_notify_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_notify_LDADD = $(unit_libs)

unit_tests += %D%/unit/test_sim
%C%_unit_test_sim_SOURCES = %D%/unit/test_sim.c %D%/lib/unit.h
%C%_unit_test_sim_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_sim_LDADD = $(unit_libs)
EXTRA_DIST += %D%/sim

# Changes a blob for tests/cli/sim.sh.
check_PROGRAMS += %D%/lib/spoil
%C%_lib_spoil_SOURCES = %D%/lib/spoil.c
%C%_lib_spoil_LDADD = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a \
	$(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)
sh_tests += %D%/cli/show.sh
EXTRA_DIST += %D%/golden/show

unit_tests += %D%/unit/test_dump
%C%_unit_test_dump_SOURCES = %D%/unit/test_dump.c %D%/fuzz/fuzz_show.c \
	%D%/lib/unit.h
%C%_unit_test_dump_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_dump_LDADD = $(unit_libs)

fuzz_replays += %D%/fuzz/replay_show
%C%_fuzz_replay_show_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_show.c
%C%_fuzz_replay_show_CPPFLAGS = $(AM_CPPFLAGS) -DSEEDS='"tests/fuzz/seeds/show"'
%C%_fuzz_replay_show_LDADD = $(fuzz_show_libs)
fuzz_show_libs = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a \
	$(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_show
%C%_fuzz_fuzz_show_SOURCES = %D%/fuzz/fuzz_show.c
%C%_fuzz_fuzz_show_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_show_LDADD = $(fuzz_show_libs)
endif
# OCI seccomp profiles and lint.
sh_tests += %D%/cli/oci.sh %D%/cli/lint.sh %D%/cli/constants.sh
EXTRA_DIST += %D%/golden/oci %D%/golden/lint %D%/lib/sarif.py
fuzz_replays += %D%/fuzz/replay_oci
%C%_fuzz_replay_oci_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_oci.c
%C%_fuzz_replay_oci_CPPFLAGS = $(AM_CPPFLAGS) -DSEEDS='"tests/fuzz/seeds/oci"'
%C%_fuzz_replay_oci_LDADD = $(fuzz_oci_libs)
fuzz_oci_libs = compiler/libpolicyc.a grammar/libgrammar.a \
	compiler/libpolicyc.a blob/libblobwrite.a blob/libblobread.a \
	$(YAML_LIBS) $(SECCOMP_LIBS) $(RULES_LIBS)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_oci
%C%_fuzz_fuzz_oci_SOURCES = %D%/fuzz/fuzz_oci.c
%C%_fuzz_fuzz_oci_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_oci_LDADD = $(fuzz_oci_libs)
endif
unit_tests += %D%/unit/test_oci
%C%_unit_test_oci_SOURCES = %D%/unit/test_oci.c %D%/lib/unit.h
%C%_unit_test_oci_CPPFLAGS = $(unit_cppflags) $(SECCOMP_CFLAGS)
%C%_unit_test_oci_LDADD = $(unit_libs)

# The audit trail and codex-audit.
fuzz_replays += %D%/fuzz/replay_audit
%C%_fuzz_replay_audit_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_audit.c \
	$(audit_sources)
%C%_fuzz_replay_audit_CPPFLAGS = $(AM_CPPFLAGS) -DSEEDS='"tests/fuzz/seeds/audit"'
%C%_fuzz_replay_audit_LDADD = blob/libblobread.a
if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_audit
%C%_fuzz_fuzz_audit_SOURCES = %D%/fuzz/fuzz_audit.c $(audit_sources)
%C%_fuzz_fuzz_audit_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_audit_LDADD = blob/libblobread.a
endif
TESTS += %D%/cli/audit_read.sh %D%/cli/audit_chain.sh
EXTRA_DIST += %D%/cli/audit_read.sh %D%/cli/audit_chain.sh

# Connects that are made by the supervisor, attacked and used.
sh_tests += %D%/escape/broker.sh
EXTRA_DIST += %D%/lib/broker.py
check_PROGRAMS += %D%/escape/broker_act %D%/escape/broker_race
%C%_escape_broker_act_SOURCES = %D%/escape/broker_act.c
%C%_escape_broker_act_LDADD = -lpthread
%C%_escape_broker_race_SOURCES = %D%/escape/broker_race.c
%C%_escape_broker_race_LDADD = -lpthread
check_PROGRAMS += %D%/escape/link_race
%C%_escape_link_race_SOURCES = %D%/escape/link_race.c
%C%_escape_link_race_LDADD = -lpthread

# Execs of a whole tree, attacked.
sh_tests += %D%/escape/tree.sh %D%/escape/scripts.sh %D%/cli/explain.sh
check_PROGRAMS += %D%/escape/exec_mark %D%/escape/exec_attack \
	%D%/escape/exec_cases
%C%_escape_exec_mark_SOURCES = %D%/escape/exec_mark.c
# Never instrumented: it is static.
%C%_escape_exec_mark_CFLAGS = $(WARN_CFLAGS)
%C%_escape_exec_mark_LDFLAGS = -static
%C%_escape_exec_attack_SOURCES = %D%/escape/exec_attack.c
%C%_escape_exec_attack_LDADD = -lpthread
%C%_escape_exec_cases_SOURCES = %D%/escape/exec_cases.c
%C%_escape_exec_cases_LDADD = -lpthread

fuzz_replays += %D%/fuzz/replay_execstack
%C%_fuzz_replay_execstack_SOURCES = %D%/fuzz/replay.c \
	%D%/fuzz/fuzz_execstack.c runtime/execstack.c
%C%_fuzz_replay_execstack_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/execstack"'

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_execstack
%C%_fuzz_fuzz_execstack_SOURCES = %D%/fuzz/fuzz_execstack.c \
	runtime/execstack.c
%C%_fuzz_fuzz_execstack_CPPFLAGS = $(AM_CPPFLAGS)
%C%_fuzz_fuzz_execstack_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
endif

fuzz_replays += %D%/fuzz/replay_notify
fuzz_notify_sources = %D%/fuzz/fuzz_notify.c runtime/decode.c runtime/text.c \
	runtime/endpoint.c
%C%_fuzz_replay_notify_SOURCES = %D%/fuzz/replay.c $(fuzz_notify_sources)
%C%_fuzz_replay_notify_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/notify"'
%C%_fuzz_replay_notify_LDADD = blob/libblobread.a

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_notify
%C%_fuzz_fuzz_notify_SOURCES = $(fuzz_notify_sources)
%C%_fuzz_fuzz_notify_CPPFLAGS = $(AM_CPPFLAGS)
%C%_fuzz_fuzz_notify_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_notify_LDADD = blob/libblobread.a
endif

# Addresses, in every spelling.
unit_tests += %D%/unit/test_address
%C%_unit_test_address_SOURCES = %D%/unit/test_address.c %D%/lib/unit.h
%C%_unit_test_address_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_address_LDADD = blob/libblobread.a $(CMOCKA_LIBS)

# What a supervisor says of denials.
unit_tests += %D%/unit/test_denials
%C%_unit_test_denials_SOURCES = %D%/unit/test_denials.c runtime/decode.c \
	runtime/endpoint.c runtime/advice.c runtime/denials.c $(runtime_test_sources)
%C%_unit_test_denials_CPPFLAGS = $(runtime_test_cppflags)
%C%_unit_test_denials_LDADD = $(unit_libs)

# Approvals.
sh_tests += %D%/cli/approve.sh %D%/cli/bound.sh
EXTRA_DIST += %D%/lib/approver.py %D%/lib/terminal.py %D%/lib/mutate.py
fuzz_replays += %D%/fuzz/replay_reply
%C%_fuzz_replay_reply_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_reply.c \
	runtime/reply.c
%C%_fuzz_replay_reply_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/reply"'

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_reply
%C%_fuzz_fuzz_reply_SOURCES = %D%/fuzz/fuzz_reply.c runtime/reply.c
%C%_fuzz_fuzz_reply_CPPFLAGS = $(AM_CPPFLAGS)
%C%_fuzz_fuzz_reply_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
endif

# What a run leaves behind.
fuzz_replays += %D%/fuzz/replay_left
fuzz_left_sources = %D%/fuzz/fuzz_left.c runtime/left_kind.c \
	runtime/left_read.c runtime/text.c runtime/failure.c
%C%_fuzz_replay_left_SOURCES = %D%/fuzz/replay.c $(fuzz_left_sources)
%C%_fuzz_replay_left_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/left"'
%C%_fuzz_replay_left_LDADD = blob/libblobread.a

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_left
%C%_fuzz_fuzz_left_SOURCES = $(fuzz_left_sources)
%C%_fuzz_fuzz_left_CPPFLAGS = $(AM_CPPFLAGS)
%C%_fuzz_fuzz_left_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_left_LDADD = blob/libblobread.a
endif

# Scripts, as the kernel starts them.
fuzz_replays += %D%/fuzz/replay_script
fuzz_script_sources = %D%/fuzz/fuzz_script.c runtime/script.c runtime/text.c \
	runtime/failure.c
%C%_fuzz_replay_script_SOURCES = %D%/fuzz/replay.c $(fuzz_script_sources)
%C%_fuzz_replay_script_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/script"'
%C%_fuzz_replay_script_LDADD = blob/libblobread.a

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_script
%C%_fuzz_fuzz_script_SOURCES = $(fuzz_script_sources)
%C%_fuzz_fuzz_script_CPPFLAGS = $(AM_CPPFLAGS)
%C%_fuzz_fuzz_script_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_script_LDADD = blob/libblobread.a
endif
unit_tests += %D%/unit/test_shell
%C%_unit_test_shell_SOURCES = %D%/unit/test_shell.c %D%/lib/unit.h
%C%_unit_test_shell_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_shell_LDADD = $(unit_libs)
TESTS += %D%/cli/shell.sh
EXTRA_DIST += %D%/cli/shell.sh

unit_tests += %D%/unit/test_approve
%C%_unit_test_approve_SOURCES = %D%/unit/test_approve.c runtime/approve.c \
	runtime/approve_tty.c runtime/freeze.c runtime/question.c \
	runtime/reply.c runtime/send.c $(runtime_test_sources)
%C%_unit_test_approve_CPPFLAGS = $(runtime_test_cppflags)
%C%_unit_test_approve_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_gettime
%C%_unit_test_approve_LDADD = $(unit_libs)
unit_tests += %D%/unit/test_script
%C%_unit_test_script_SOURCES = %D%/unit/test_script.c runtime/script.c \
	$(runtime_test_sources)
%C%_unit_test_script_CPPFLAGS = $(runtime_test_cppflags)
%C%_unit_test_script_LDADD = $(unit_libs)
unit_tests += %D%/unit/test_sink
%C%_unit_test_sink_SOURCES = %D%/unit/test_sink.c runtime/sink.c \
	runtime/sink_file.c runtime/send.c $(runtime_test_sources)
%C%_unit_test_sink_CPPFLAGS = $(runtime_test_cppflags)
%C%_unit_test_sink_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=flock
%C%_unit_test_sink_LDADD = $(unit_libs)
fuzz_replays += %D%/fuzz/replay_places
fuzz_places_sources = %D%/fuzz/fuzz_places.c runtime/gitdirs.c runtime/folder.c \
	runtime/aliases.c $(runtime_test_sources)
%C%_fuzz_replay_places_SOURCES = %D%/fuzz/replay.c $(fuzz_places_sources)
%C%_fuzz_replay_places_CPPFLAGS = $(runtime_test_cppflags) \
	-DSEEDS='"tests/fuzz/seeds/places"'
%C%_fuzz_replay_places_LDADD = $(unit_libs)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_places
%C%_fuzz_fuzz_places_SOURCES = $(fuzz_places_sources)
%C%_fuzz_fuzz_places_CPPFLAGS = $(runtime_test_cppflags)
%C%_fuzz_fuzz_places_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_places_LDADD = $(unit_libs)
endif

fuzz_replays += %D%/fuzz/replay_shell
%C%_fuzz_replay_shell_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_shell.c
%C%_fuzz_replay_shell_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/shell"'
%C%_fuzz_replay_shell_LDADD = $(fuzz_front_libs)

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_shell
%C%_fuzz_fuzz_shell_SOURCES = %D%/fuzz/fuzz_shell.c
%C%_fuzz_fuzz_shell_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_shell_LDADD = $(fuzz_front_libs)
endif

# What the proxy reads, without what reads the policies.
proxy_test_sources = $(proxy_read_sources) runtime/text.c

fuzz_replays += %D%/fuzz/replay_proxy
%C%_fuzz_replay_proxy_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_proxy.c \
	$(proxy_test_sources)
%C%_fuzz_replay_proxy_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSEEDS='"tests/fuzz/seeds/proxy"'
%C%_fuzz_replay_proxy_LDADD = blob/libblobread.a

if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_proxy
%C%_fuzz_fuzz_proxy_SOURCES = %D%/fuzz/fuzz_proxy.c $(proxy_test_sources)
%C%_fuzz_fuzz_proxy_CPPFLAGS = $(AM_CPPFLAGS)
%C%_fuzz_fuzz_proxy_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_proxy_LDADD = blob/libblobread.a
endif

unit_tests += %D%/unit/test_proxy
%C%_unit_test_proxy_SOURCES = %D%/unit/test_proxy.c %D%/lib/unit.h \
	$(proxy_test_sources) runtime/proxy_lock.c runtime/landlock.c \
	runtime/apply_capabilities.c runtime/failure.c
%C%_unit_test_proxy_CPPFLAGS = $(unit_cppflags)
%C%_unit_test_proxy_LDADD = $(unit_libs)

# On real older kernels; minutes, and the network for the first time.
EXTRA_DIST += %D%/qemu
.PHONY: check-qemu
check-qemu: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=
	builddir=. $(SHELL) $(srcdir)/%D%/qemu/run.sh
