/* The table of wrap.c: see wrap_row.h. */
#include "blob/wrap_row.h"

#include <string.h>

/* Names, letters, long options, flags, operands before the command, why. */
#define ROWS(X) \
	X("env", "iv0u:C@S~", "ignore-environment null unset: chdir@ debug" \
	    " split-string~" \
	    " block-signal; default-signal; ignore-signal; argv0:", \
	    THIN | NAMED, 0, 0) \
	X("timeout", "k:s:fpv", "kill-after: signal: foreground verbose" \
	    " preserve-status", THIN, 1, 0) \
	X("nice", "n:0123456789", "adjustment:", THIN, 0, 0) \
	X("ionice", "c:n:tp.P.u.", "class: classdata: ignore", THIN, 0, 0) \
	X("chrt", "abdefiomrRvp.T:P:D:", "all-tasks batch deadline fifo idle" \
	    " other rr reset-on-fork verbose pid. max. sched-runtime:" \
	    " sched-period: sched-deadline:", THIN | NUMBER, 1, 0) \
	X("taskset", "acp.", "all-tasks cpu-list pid.", THIN, 1, 0) \
	X("ld.so ld-linux.so.2 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1" \
	    " ld-linux-armhf.so.3 ld-musl-x86_64.so.1 ld-musl-aarch64.so.1", \
	    "", "list. verify. inhibit-cache library-path% inhibit-rpath:" \
	    " glibc-hwcaps-prepend: glibc-hwcaps-mask: audit% preload%" \
	    " argv0: list-tunables. list-diagnostics. help. version.", \
	    THIN, 0, 0) \
	X("nohup", "", "", THIN, 0, 0) \
	X("setsid", "cfw", "ctty fork wait", THIN, 0, 0) \
	X("stdbuf", "i:o:e:", "input: output: error:", THIN, 0, 0) \
	X("time", "pvaqo:f:V.", "portability verbose append quiet output:" \
	    " format: version.", THIN, 0, 0) \
	X("busybox toybox", "", "list. list-full. install. help.", THIN, 0, 0) \
	X("sudo", "AbBEHnNPSkiseg:u:h:p:D@R:r:t:T:U:C:l.v.K.e.V.", \
	    "askpass background bell preserve-env; set-home" \
	    " non-interactive no-update preserve-groups stdin reset-timestamp" \
	    " login shell user: group: host: prompt: chdir@ chroot@ role:" \
	    " type: command-timeout: other-user: close-from: list. validate." \
	    " remove-timestamp. edit. version. help.", NAMED, 0, 0) \
	X("doas", "nsu:a:L.C.", "", NAMED, 0, 0) \
	X("chroot", "", "userspec: groups: skip-chdir", MOVES, 1, 0) \
	X("pkexec", "", "user: disable-internal-agent keep-cwd", 0, 0, 0) \
	X("setpriv", "d.", "dump. list-caps. clear-groups keep-groups" \
	    " init-groups groups: inh-caps: ambient-caps: bounding-set:" \
	    " ruid: euid: rgid: egid: reuid: regid: securebits: pdeathsig:" \
	    " ptracer: selinux-label: apparmor-profile: landlock-access:" \
	    " landlock-rule: seccomp-filter: reset-env no-new-privs nnp", \
	    0, 0, 0) \
	X("unshare", "imnpuUCTfrcR@w@S:G:l:", "ipc; mount; net; pid; uts;" \
	    " user; cgroup; time; fork map-root-user map-current-user" \
	    " map-auto map-user: map-users: map-group: map-groups: owner:" \
	    " kill-child; mount-proc; mount-binfmt; propagation: setgroups:" \
	    " keep-caps forward-signals root@ wd@ setuid: setgid:" \
	    " monotonic: boottime: load-interp:", 0, 0, 0) \
	X("nsenter", "at:m;u;i;n;p;U;C;T;S:G:r;w;W:eFZcN:", "all target:" \
	    " mount; uts; ipc; net; pid; cgroup; user; time; setuid: setgid:" \
	    " preserve-credentials keep-caps root; wd; wdns: env no-fork" \
	    " join-cgroup user-parent net-socket: follow-context", MOVES, 0, \
	    0) \
	X("systemd-run", "dGPqrtvS.u:H%M%C%p%E%", "no-ask-password scope" \
	    " slice-inherit unit: property% description: slice:" \
	    " expand-environment: remain-after-exit send-sighup" \
	    " service-type: uid: gid: nice: working-directory@ same-dir" \
	    " root-directory@ pty pty-late pipe quiet verbose json: shell." \
	    " setenv% on-active: on-boot: on-startup: on-unit-active:" \
	    " on-unit-inactive: on-calendar: on-timezone-change" \
	    " on-clock-change path-property% socket-property%" \
	    " timer-property% no-block wait collect user system host%" \
	    " machine% capsule% job-mode: background: ignore-failure", 0, 0, \
	    0) \
	X("strace", "ACcDdfFinNqrtTvwxyYzZka:b:e:E%I:o:O:p:P:s:S:u:U:X:", \
	    "attach: columns: argv0: env% output: trace: summary-only" \
	    " summary follow-forks output-separately string-limit: user:" \
	    " quiet; decode-fds; absolute-timestamps; relative-timestamps;" \
	    " syscall-times; instruction-pointer stack-trace; no-abbrev" \
	    " strings-in-hex; successful-only failed-only syscall-number" \
	    " seccomp-bpf trace-path: signal: status: inject: fault: help." \
	    " version.", 0, 0, 0) \
	X("watch", "bcCd;efgn:pq:rs:tvwx^", "beep color no-color" \
	    " differences; errexit follow chgexit interval: precise" \
	    " equexit: no-rerun shotsdir: no-title no-wrap exec^ help." \
	    " version.", JOINED, 0, 0) \
	X("parallel", "j:k0tpuqXmN:n:L:l;P:a:I:d:s:C:", "jobs: keep-order" \
	    " dry-run verbose bar eta progress halt: joblog: results: null" \
	    " quote ungroup group line-buffer linebuffer tag max-args:" \
	    " max-procs: max-lines; retries: timeout: delay: colsep:" \
	    " arg-file: delimiter: no-notice will-cite xargs version. help.", \
	    JOINED, 0, SHELL_ARGUMENTS) \
	X("script", "ac$eE:fI:B:O:T:t;m:o:q", "append command$ echo: return" \
	    " flush force log-in: log-io: log-out: log-timing: timing;" \
	    " logging-format: output-limit: quiet help. version.", 0, 1, 0) \
	X("flock", "sxenuoFE:w:", "shared exclusive nonblock nb unlock" \
	    " close no-fork conflict-exit-code: timeout: wait: verbose" \
	    " fcntl start: length: help. version.", LOCK, 1, 0) \
	X("su runuser", "c$u%s%g:G:w:T", "command$ session-command$" \
	    " user% shell% group: supp-group: whitelist-environment:", \
	    SCAN, 0, 0) \
	X("tar gtar bsdtar", "I$F$C:f:b:T:X:g:V:K:L:N:H:", "to-command$" \
	    " use-compress-program$ info-script$ new-volume-script$" \
	    " rsh-command$ rmt-command$ checkpoint-action=", SCAN | BUNDLE, \
	    0, 0) \
	X("rsync", "e$f:M:B:T:", "rsh$", SCAN, 0, 0) \
	X("ssh", "o=", "", SCAN, 0, 0) \
	X("scp sftp", "o=S$", "", SCAN, 0, 0) \
	X("git-rebase", "x$s:X:C:S;", "exec$", SCAN, 0, 0) \
	X("git-difftool", "x$t:", "extcmd$", SCAN, 0, 0) \
	X("git-filter-branch", "d:", "setup$ env-filter$ tree-filter$" \
	    " index-filter$ parent-filter$ msg-filter$ commit-filter$" \
	    " tag-name-filter$", SCAN, 0, 0) \
	X("git-clone", "u$c%o:b:j:", "upload-pack$ config%", SCAN, 0, 0) \
	X("git-fetch git-pull git-ls-remote", "o:j:X:s:", "upload-pack$", \
	    SCAN, 0, 0) \
	X("git-push git-archive", "o:", "receive-pack$ exec$", SCAN, 0, 0) \
	X("xargs", "0rtpxoE:I:L:n:P:s:d:a:e;i;l;", "null arg-file: eof;" \
	    " delimiter: replace; max-lines; max-args: interactive exit" \
	    " max-procs: process-slot-var: no-run-if-empty max-chars:" \
	    " verbose open-tty", THIN, 0, SHELL_ARGUMENTS) \
	X("sh bash dash zsh ash ksh mksh rbash", "", "login posix norc" \
	    " noprofile noediting restricted verbose version. help.", \
	    SHELL | THIN, 0, 0) \
	X("find", "", "", FIND, 0, 0) \
	X("git", "C@c%pPv.h.", "git-dir% work-tree: namespace: config-env%" \
	    " paginate no-pager bare no-replace-objects no-lazy-fetch" \
	    " literal-pathspecs glob-pathspecs noglob-pathspecs" \
	    " icase-pathspecs no-optional-locks no-advice attr-source:" \
	    " list-cmds: exec-path! html-path. man-path. info-path. version." \
	    " help.", THIN | GIT, 0, 0) \
	X("command", "pv.V.", "", THIN | BUILTIN, 0, 0) \
	X("exec", "cla:", "", THIN | BUILTIN, 0, 0) \
	X("builtin noglob nocorrect -", "", "", THIN | BUILTIN, 0, 0) \
	X("! {", "", "", SYNTAX | BUILTIN, 0, 0) \
	X("}", "", "", SYNTAX | BUILTIN | ALONE, 0, 0) \
	X("if then elif else while until do coproc always", "", "", \
	    SYNTAX | BUILTIN, 0, SHELL_COMPOUND) \
	X("fi done esac for foreach case select in end [[", "", "", \
	    SYNTAX | BUILTIN | ALONE, 0, SHELL_COMPOUND) \
	X("repeat", "", "", SYNTAX | BUILTIN, 1, SHELL_COMPOUND) \
	X("function", "", "", SYNTAX | BUILTIN, 1, SHELL_FUNCTION) \
	X("eval", "", "", THIN | BUILTIN, 0, SHELL_EVAL) \
	X(". source alias trap hash enable let bind complete compgen fc" \
	    " mapfile readarray emulate zmodload autoload", "", "", \
	    BUILTIN | ALONE, 0, SHELL_EVAL) \
	X("printf", "v%", "", BUILTIN | ALONE, 0, 0) \
	X("export declare typeset readonly local read unset getopts integer" \
	    " float", "", "", BUILTIN | ALONE | VARIABLES, 0, 0) \
	X("cd pushd popd chdir", "", "", BUILTIN | ALONE | MOVES, 0, 0)

/* All texts one after the other: pointers would cost more than they hold. */
#define TEXT(names, letters, longs, flags, skip, what) \
	names "\0" letters "\0" longs "\0"
#define META(names, letters, longs, flags, skip, what) \
	{ flags, skip, what, sizeof(names), sizeof(letters), sizeof(longs) },

static const char texts[] = ROWS(TEXT);
static const struct {
	uint16_t flags;
	uint8_t skip;
	uint8_t what;		/* enum shell_construct */
	uint16_t names, letters, longs;	/* bytes in texts, with their NUL */
} metas[] = { ROWS(META) };

#define NROWS	(sizeof(metas) / sizeof(metas[0]))

const char *
wrap_find_name(const char *list, const char *name, size_t n)
{
	size_t len;

	for (; *list != '\0'; list += len + (list[len] == ' ')) {
		len = strcspn(list, " ");
		if (len >= n && strncmp(list, name, n) == 0 &&
		    (len == n || (len == n + 1 && strchr(KINDS, list[n]))))
			return list + n;
	}
	return NULL;
}

/*
 * Is name one of the words of a list?  Every command of every policy is
 * looked for in all rows, so nothing is looked at twice.
 */
static bool
is_among(const char *list, const char *name)
{
	const char *p = list, *q;

	for (;;) {
		for (q = name; *p == *q && *p != '\0' && *p != ' '; q++)
			p++;
		if (*q == '\0' && (*p == ' ' || *p == '\0'))
			return true;
		while (*p != ' ' && *p != '\0')
			p++;
		if (*p++ == '\0')
			return false;
	}
}

bool
wrap_find_row(const char *arg, bool is_script, struct wrap_row *out)
{
	const char *slash = strrchr(arg, '/'), *p = texts;
	const char *base = slash == NULL ? arg : slash + 1;

	for (size_t i = 0; i < NROWS; i++) {
		bool is_builtin = metas[i].flags & BUILTIN;
		const char *name = is_builtin ? arg : base;

		if (*name != '\0' && (!is_builtin || is_script) &&
		    is_among(p, name)) {
			out->names = p;
			out->letters = p + metas[i].names;
			out->longs = out->letters + metas[i].letters;
			out->flags = metas[i].flags;
			out->skip = metas[i].skip;
			out->what = (enum shell_construct)metas[i].what;
			return true;
		}
		p += metas[i].names + metas[i].letters + metas[i].longs;
	}
	return false;
}

