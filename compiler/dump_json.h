/* The larger sections of `show --json', in files of their own. */
#ifndef COMPILER_DUMP_JSON_H
#define COMPILER_DUMP_JSON_H

#include "compiler/dump.h"
#include "compiler/jsonout.h"

void dump_json_syscalls(const struct dump *d, struct jsonout *j);
void dump_json_exec(const struct dump *d, struct jsonout *j);

#endif
