/*
 * What only a supervisor can keep: names that are not there, and all that is
 * protected or denied where mounts are not to be had.
 */
#ifndef RUNTIME_KEEP_H
#define RUNTIME_KEEP_H

#include <stdbool.h>

struct run;

/* Names that are not there, in a run that is supervised anyway.  0 or -1. */
int keep_plan(struct run *r);

/*
 * Everything, instead of mounts, which were tried in vain: the run is then to
 * be supervised, unless that is not to be had and another sandbox holds what is
 * there.  False, and the failure stays, where nobody does.
 */
bool keep_without_mounts(struct run *r);

/* The supervisor's part.  0 or -1. */
int keep_prepare(struct run *r);

#endif
