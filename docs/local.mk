dist_man_MANS += %D%/codex-policyc.1 %D%/codex-exec.1 %D%/codex-policy.5 \
	%D%/codex-blob.5 %D%/codex-audit.1 %D%/libcodexpolicy.3
