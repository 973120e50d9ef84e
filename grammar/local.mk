# Scanners and parsers, one pair a language.  Each language names its
# generated header in BUILT_SOURCES.
