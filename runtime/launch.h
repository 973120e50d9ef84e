/*
 * The order of the steps, and what they hand to each other.
 */
#ifndef RUNTIME_LAUNCH_H
#define RUNTIME_LAUNCH_H

#include "runtime/audit.h"
#include "runtime/broker.h"
#include "runtime/command.h"
#include "runtime/denials.h"
#include "runtime/env.h"
#include "runtime/execs.h"
#include "runtime/explain.h"
#include "runtime/left.h"
#include "runtime/load.h"
#include "runtime/names.h"
#include "runtime/options.h"
#include "runtime/plan.h"
#include "runtime/proxy.h"
#include "runtime/spawn.h"
#include "runtime/support.h"

enum run_mode {
	RUN_IN_PLACE,		/* we become the command */
	RUN_SUPERVISED		/* a child does, and we watch */
};

struct run {
	struct options options;
	struct failure failure;
	struct scratch mem;
	struct vars vars;
	struct policies policies;
	struct support support;
	struct plan plan;
	struct env env;
	struct command command;
	struct audit audit;
	enum run_mode mode;
	uint64_t wall_ms;		/* 0: as long as it takes */
	bool is_detached;		/* the tree may outlive the command */
	/* The supervised run's. */
	bool has_tree;			/* exec rules hold below the command */
	pid_t supervisor;
	struct spawn child;
	struct denials denials;
	struct proxy *proxy;		/* NULL: none is wanted */
	struct denial_log log;
	struct execs *execs;		/* NULL: no listener */
	struct approve *approve;	/* NULL: nobody is asked */
	const char *approval;		/* what was said of the command */
	struct explain *explain;	/* NULL: only execs are asked about */
	bool needs_session;		/* and only a child can have one */
	bool has_broker;		/* connects are asked about and made */
	struct broker *broker;
	/* Instead of the exec, for --prove-here; NULL: there is a command. */
	void (*act)(void *arg);
	void *act_arg;
	struct fence fence;
	struct names *names;		/* NULL: none are made for the command */
	struct left *left;		/* NULL: nobody asks what is left */
	/* Prints one line; the run goes on. */
	void (*notice)(const char *line);
	/* Prints what was left behind and what was denied, after the end. */
	void (*footer)(const struct run *r);
};

/* Only the steps that need no command.  0 or -1. */
int launch_prepare(struct run *r);

/* Only the steps that find out what would be done.  0 or -1. */
int launch_plan(struct run *r);

/* For --prove-here: all that has to be found out before launch_act. */
int launch_prove(struct run *r);

/*
 * Lock down as a run would, then act.  Returns what launch() would, in a
 * supervised run alone; the process can't be used for anything else.
 */
int launch_act(struct run *r, void (*act)(void *arg), void *arg);

/*
 * All steps; the last becomes the command.  Returns -1 on failure, else, in a
 * supervised run, the exit status.
 */
int launch(struct run *r);

/* Room for what will be denied, and where that is told.  0 or -1. */
int launch_denials(struct run *r);

/* What consent said, as one line: "denied: exec ...". */
void launch_put_denial(const struct run *r, struct text *out);

#endif
