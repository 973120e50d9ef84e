# The policies we ship: sources and blobs, compiled in every build.
shipped_profiles = %D%/offline.yaml %D%/net-read-only.yaml \
	%D%/workspace-write.yaml %D%/workspace-net.yaml %D%/trusted.yaml
# Only for `extends'.
shipped_parts = %D%/credentials.yaml
shipped_blobs = $(shipped_profiles:.yaml=.bin)

dist_codexdata_DATA = $(shipped_profiles) $(shipped_parts)
nodist_codexdata_DATA = $(shipped_blobs)
codexrulesdir = $(codexdatadir)/rules
dist_codexrules_DATA = %D%/rules/default.rules %D%/rules/programs.rules
CLEANFILES += $(shipped_blobs)

.yaml.bin:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && compiler/codex-policyc build $< -o $@ -I $(srcdir)/profiles
$(shipped_blobs): compiler/codex-policyc $(dist_codexrules_DATA) $(shipped_profiles) $(shipped_parts)
SUFFIXES += .yaml .bin
