/*
 * --doctor: what this kernel offers, and whether a policy can be kept on it.
 */
#ifndef RUNTIME_DOCTOR_H
#define RUNTIME_DOCTOR_H

#include "runtime/launch.h"

/* Print it; returns 0, or 125 when a policy could not be kept here. */
int doctor_print(struct run *r, struct text *out);

#endif
