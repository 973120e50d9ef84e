/* Help of `execpolicy check', for -h and for --help. */
#ifndef COMPILER_EXECPOLICY_HELP_H
#define COMPILER_EXECPOLICY_HELP_H

extern const char execpolicy_help_short[];
extern const char execpolicy_help_long[];

#endif
