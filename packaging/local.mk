EXTRA_DIST += %D%/deps %D%/build check demo README.md HACKING.md SECURITY.md
