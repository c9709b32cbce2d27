#define _GNU_SOURCE
#include "lab/inside.h"

#include "common/cleanup.h"
#include "common/internet.h"
#include "common/mirror.h"
#include "common/rootfs.h"
#include "lab/bundle.h"
#include "lab/check/check.h"
#include "lab/output.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* Five digits, so that programs which expect 1000 or four digits show it. */
#define UID_FIRST 10000U
#define UID_COUNT 50000U

static const struct {
	const char *sentence;
	int status;
} inside_ends[] = {
	[SANDBOX_TIME_LIMIT] = {"was stopped: it ran too long", LAB_TIMEOUT},
	[SANDBOX_MEMORY_LIMIT] = {"was stopped: it used more memory than the sandbox has",
				  LAB_FAIL},
	[SANDBOX_PROCESS_LIMIT] = {"was stopped: it started too many processes", LAB_FAIL},
	[SANDBOX_OUTPUT_LIMIT] = {"was stopped: it printed too much", LAB_FAIL},
	[SANDBOX_LOST] = {"ended with its sandbox: something killed the sandbox's first process",
			  LAB_FAIL},
};

static int ended(const char *what, enum sandbox_outcome outcome, int status)
{
	(void)fflush(stdout);
	if (outcome != SANDBOX_EXITED) {
		(void)fprintf(stderr, "lab: %s %s.\n", what, inside_ends[outcome].sentence);
		return inside_ends[outcome].status;
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	(void)fprintf(stderr, "lab: %s was ended by signal %d (%s).\n", what, WTERMSIG(status),
		      strsignal(WTERMSIG(status)));
	return 128 + WTERMSIG(status);
}

/* The mirror, or why there is none; a program without one shall run as well. */
static struct mirror *offer_mirror(struct sandbox *box)
{
	struct mirror_source source = {.url = NULL};
	struct mirror *mirror = NULL;
	struct error err = {0};

	if (mirror_find(&source, &err) < 0 || mirror_serve(box, &source, &mirror, &err) < 0)
		error_print(&err, "lab", stderr);
	else
		(void)fprintf(stderr, "lab: %s of %s is " MIRROR_INSIDE " here.\n", source.suite,
			      source.url);
	mirror_source_free(&source);
	return mirror;
}

/* What is handed in: the files asked for, and the root file system with BUNDLE beside it. */
static int collect_files(const struct inside *inside, struct rootfs *rootfs, const char *bundle,
			 struct sandbox_config *config, struct error *err)
{
	struct sandbox_file *files;
	int r = inside->rootfs == INSIDE_NO_ROOTFS ? 0
						   : rootfs_describe(ROOTFS_INSIDE, rootfs, err);

	if (r < 0 && inside->rootfs == INSIDE_ROOTFS_NEEDED)
		return r;
	files = xcalloc(inside->n_files + rootfs->n + 1, sizeof(*files));
	if (inside->n_files)
		memcpy(files, inside->files, inside->n_files * sizeof(*files));
	if (rootfs->n)
		memcpy(files + inside->n_files, rootfs->files, rootfs->n * sizeof(*files));
	config->files = files;
	config->n_files = inside->n_files + rootfs->n;
	if (rootfs->n)
		files[config->n_files++] = (struct sandbox_file){
			.path = BUNDLE_CONFIG, .fd = -1, .mode = 0644, .text = bundle};
	return 0;
}

int inside_run(const struct lab *lab, const struct inside *inside)
{
	const char *hide[CHECK_HIDE];
	struct sandbox_config config = {
		.start = inside->start,
		.propagation = SANDBOX_SHARED,
		.uid = UID_FIRST + (uid_t)(check_seed() % UID_COUNT),
		.range = inside->range,
		.hosts = inside->internet ? INTERNET_HOSTS : NULL,
		.limits = &sandbox_limits_shell,
		.hide = hide,
	};
	struct sandbox_command command = {.argv = inside->argv};
	enum sandbox_outcome outcome = SANDBOX_EXITED;
	struct rootfs rootfs cleanup_rootfs = ROOTFS_INIT;
	cleanup_free char *bundle = bundle_config(config.start == SANDBOX_USER ? config.uid : 0);
	struct internet *internet = NULL;
	struct mirror *mirror = NULL;
	struct sandbox *box = NULL;
	struct error err = {0};
	int status = 0;
	int r;

	check_hide(lab, hide, &config.n_hide);
	if (collect_files(inside, &rootfs, bundle, &config, &err) < 0)
		return output_error(&err, LAB_UNSUPPORTED);
	r = sandbox_start(&config, &box, &err);
	free((void *)(uintptr_t)config.files);
	if (r < 0)
		return output_error(&err, LAB_UNSUPPORTED);
	if (inside->internet && internet_start(box, &internet, &err) < 0) {
		sandbox_end(box);
		return output_error(&err, LAB_UNSUPPORTED);
	}
	if (inside->mirror)
		mirror = offer_mirror(box);
	r = sandbox_interact(box, &command, &outcome, &status, &err);
	mirror_end(mirror);
	internet_stop(internet);
	sandbox_end(box);
	internet_end(internet);
	if (r < 0)
		return output_error(&err, LAB_ERROR);
	return ended(inside->what, outcome, status);
}
