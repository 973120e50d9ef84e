EXTRA_DIST += %D%/deps %D%/build demo HACKING.md
dist_doc_DATA = README.md SECURITY.md

# Not in EXTRA_DIST: make would take the script's name for its own target, and
# run every test before it packs.
dist-hook:
	cp -p $(srcdir)/check $(distdir)/check
