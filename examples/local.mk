EXTRA_DIST += %D%/build-only.yaml %D%/web-client.yaml %D%/careful-git.yaml \
	%D%/careful-git.rules
