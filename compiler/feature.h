/* Names of the features that Codex' --enable and --disable know. */
#ifndef COMPILER_FEATURE_H
#define COMPILER_FEATURE_H

#include <stdbool.h>

bool feature_is_known(const char *name);

#endif
