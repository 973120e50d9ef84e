EXTRA_DIST += %D%/deps check demo README.md HACKING.md SECURITY.md
