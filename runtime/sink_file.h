/*
 * A file as a sink: locked while a record is written, so that several writers
 * make one chain and no record is torn.
 */
#ifndef RUNTIME_SINK_FILE_H
#define RUNTIME_SINK_FILE_H

#include "runtime/sink.h"

int sink_file_open(struct sink *s, const char *path, char *real, size_t cap,
    struct failure *f);
bool sink_file_write(struct sink *s, const struct sink_record *r);

#endif
