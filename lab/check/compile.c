#define _GNU_SOURCE
#include "lab/check/compile.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/sandbox.h"
#include "common/text.h"
#include "lab/interrupt.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGES_MAX  32768 /* bytes of compiler messages kept */
#define NO_LIBRARY    90    /* exit status of the script below */
#define MAX_ARGUMENTS 32

static const struct sandbox_limits compile_limits = {
	.wall_ms = 20000,
	.processes = 64,
	.files = 1024,
	.memory = 768ULL * 1024 * 1024,
	.file_size = COMPILE_BINARY_MAX,
	.disk = 256ULL * 1024 * 1024,
	.output = 1024ULL * 1024,
};

/* Tried in this order; the first one on PATH is used. */
static const char *const compilers[] = {"cc", "gcc", "clang", NULL};

static const char *const compile_flags[] = {"-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", NULL};

/* $0 names the libraries; the compiler command follows. pkg-config knows what needs what. */
static const char with_libs[] =
	"flags=$(pkg-config --cflags --libs $0) || exit 90; exec \"$@\" $flags";

void compiled_free(struct compiled *compiled)
{
	strbuf_free(&compiled->messages);
	strbuf_free(&compiled->binary);
}

static bool on_path(const char *name)
{
	const char *path = getenv("PATH");

	for (const char *at = path ? path : "/usr/bin:/bin"; *at;) {
		size_t len = strcspn(at, ":");
		cleanup_free char *file = xasprintf("%.*s/%s", (int)len, at, name);

		if (len && access(file, X_OK) == 0)
			return true;
		at += len + (at[len] == ':');
	}
	return false;
}

static const char *find_compiler(struct error *err)
{
	for (size_t i = 0; compilers[i]; i++)
		if (on_path(compilers[i]))
			return compilers[i];
	(void)error_say(err, ENOENT, "there is no C compiler on this machine");
	error_remedy(err, "make deps installs one (Debian and Ubuntu: apt install gcc libc6-dev)");
	return NULL;
}

/* The source's own name if it is a harmless one, so that messages show the learner's file. */
static const char *name_inside(const char *source, char fallback[32])
{
	const char *slash = strrchr(source, '/');
	const char *base = slash ? slash + 1 : source;
	size_t len = strlen(base);

	if (len > 2 && len < 100 && strcmp(base + len - 2, ".c") == 0 && base[0] != '-' &&
	    base[0] != '.' &&
	    base[strspn(base, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "0123456789_.+-")] == '\0')
		return base;
	return strcpy(fallback, "program.c");
}

static int make_sandbox(const struct compile_request *request, const char *file,
			struct sandbox **ret, struct compiled *compiled)
{
	cleanup_free char *path = xasprintf("/work/%s", file);
	cleanup_fd int fd = memfd_create("source", MFD_CLOEXEC);
	struct sandbox_file files[] = {{.path = path, .fd = fd, .mode = 0644}};
	struct sandbox_config config = {
		.start = SANDBOX_ROOT,
		.propagation = SANDBOX_PRIVATE,
		.limits = &compile_limits,
		.files = files,
		.n_files = 1,
		.hide = request->hide,
		.n_hide = request->n_hide,
	};
	int r;

	r = fd < 0 ? -errno : io_write_all(fd, request->text, request->len);
	if (r < 0) {
		compiled->end = COMPILE_BROKEN;
		return error_set(&compiled->error, -r, "cannot hand the source to the sandbox");
	}
	r = sandbox_start(&config, ret, &compiled->error);
	if (r < 0)
		compiled->end = COMPILE_NO_SANDBOX;
	return r;
}

/* The command line; libs and every other string stay the caller's. */
static void command_line(const char *argv[MAX_ARGUMENTS], const char *compiler, const char *libs,
			 const char *output, const char *file)
{
	size_t n = 0;

	if (*libs) {
		argv[n++] = "sh";
		argv[n++] = "-c";
		argv[n++] = with_libs;
		argv[n++] = libs;
	}
	argv[n++] = compiler;
	for (size_t i = 0; compile_flags[i]; i++)
		argv[n++] = compile_flags[i];
	argv[n++] = "-o";
	argv[n++] = output;
	argv[n++] = file;
	argv[n] = NULL;
}

static void judge(const struct sandbox_capture *capture, const char *compiler, const char *libs,
		  struct compiled *ret)
{
	int status = WIFEXITED(capture->status) ? WEXITSTATUS(capture->status) : -1;

	text_plain(&ret->messages, capture->err.s, capture->err.len, MESSAGES_MAX);
	/* Messages past any limit are an answer too. */
	ret->end = COMPILE_REFUSED;
	if (capture->outcome == SANDBOX_OUTPUT_LIMIT)
		return;
	if (capture->outcome != SANDBOX_EXITED) {
		ret->cause = sandbox_outcome_cause(capture->outcome);
		ret->end = ret->cause && capture->outcome != SANDBOX_LOST ? COMPILE_LIMIT
									  : COMPILE_BROKEN;
		(void)error_say(&ret->error, EIO, "the sandbox of the compiler ended early");
	} else if (status == 0) {
		ret->end = COMPILE_OK;
	} else if (status == 127 || status == 126) {
		ret->end = COMPILE_NO_COMPILER;
		(void)error_say(&ret->error, ENOENT, "the compiler %s can't be run in the sandbox",
				compiler);
		error_remedy(&ret->error,
			     "install the distribution's own gcc; it must be below /usr");
	} else if (*libs && status == NO_LIBRARY) {
		ret->end = COMPILE_NO_LIBRARY;
		(void)error_say(&ret->error, ENOENT,
				"a library is missing: pkg-config does not know %s", libs);
		error_remedy(&ret->error, "make deps installs it");
	}
}

/* Take the program out; the largest that is taken fits a check's sandbox too. */
static void fetch(struct sandbox *box, const char *path, struct compiled *ret)
{
	int r = sandbox_read_file(box, path, COMPILE_BINARY_MAX, &ret->binary, &ret->error);

	if (r == -EFBIG) {
		ret->end = COMPILE_REFUSED;
		strbuf_addf(&ret->messages, "the program is larger than %lu MiB\n",
			    COMPILE_BINARY_MAX / (1024 * 1024));
	} else if (r < 0) {
		ret->end = COMPILE_BROKEN;
	}
}

static char *join_words(char *const *words)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; words && words[i]; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", words[i]);
	return strbuf_steal(&text);
}

void compile_source(const struct compile_request *request, struct compiled *ret)
{
	struct sandbox_capture capture = {.out = STRBUF_INIT, .err = STRBUF_INIT};
	cleanup_free char *libs = join_words(request->libs);
	cleanup_free char *path = xasprintf("/work/%s", request->name);
	const char *argv[MAX_ARGUMENTS];
	struct sandbox *box = NULL;
	char fallback[32];
	const char *file = name_inside(request->source, fallback);
	const char *compiler = find_compiler(&ret->error);

	if (!compiler) {
		ret->end = COMPILE_NO_COMPILER;
		return;
	}
	if (make_sandbox(request, file, &box, ret) < 0)
		return;
	interrupt_kills(sandbox_pid(box));
	command_line(argv, compiler, libs, request->name, file);
	if (sandbox_capture(box, argv, &capture, &ret->error) < 0)
		ret->end = COMPILE_BROKEN;
	else
		judge(&capture, compiler, libs, ret);
	if (ret->end == COMPILE_OK)
		fetch(box, path, ret);
	interrupt_kills(0);
	sandbox_end(box);
	sandbox_capture_free(&capture);
}
