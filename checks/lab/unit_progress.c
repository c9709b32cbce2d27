#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/progress.h"
#include "lab/course/workdir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char work[] = "/tmp/nslab-unit-progress-XXXXXX";
static struct lab lab = {.work = work};

static char *no_list[] = {NULL};
static char alias[] = "pid/old";
static char *aliases[] = {alias, NULL};
static struct exercise alpha = {.id = (char[]){"pid/alpha"}, .aliases = no_list};
static struct exercise beta = {.id = (char[]){"pid/beta"}, .aliases = aliases};
static struct exercise gamma_ = {.id = (char[]){"pid/gamma"}, .aliases = no_list};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void put(const char *text)
{
	cleanup_free char *path = workdir_state_path(&lab, "progress.json");
	struct error err = {0};

	(void)workdir_ensure_state(&lab, &err);
	ok(io_replace_file(path, text, strlen(text), 0644, &err) == 0, "a file to read");
}

static bool state_has(const char *name)
{
	cleanup_free char *path = workdir_state_path(&lab, name);

	return io_exists(path);
}

static void record(const struct exercise *ex, enum progress_state verdict, const char *cause)
{
	struct progress_attempt attempt = {verdict, cause, 18446744073709551615ull, "abc"};
	struct error err = {0};

	is_int(progress_record(&lab, ex, &attempt, &err), 0, "record a check of %s", ex->id);
}

static struct progress_entry entry_of(struct progress *progress, const struct exercise *ex)
{
	struct error err = {0};

	progress_free(progress);
	if (progress_load(&lab, progress, &err) < 0)
		ok(false, "load: %s", err.what);
	return progress_get(progress, ex);
}

static void test_record(void)
{
	cleanup_progress struct progress progress = PROGRESS_INIT;
	struct catalogue catalogue = {.exercises = &alpha, .n_exercises = 1};
	struct progress_entry entry = entry_of(&progress, &alpha);
	struct error err = {0};
	long long passed;

	ok(entry.state == PROGRESS_NONE && !entry.tries && !entry.cause,
	   "nothing is known at first");
	ok(!state_has("progress.json"), "reading makes no file");
	record(&alpha, PROGRESS_FAIL, "no-fork");
	entry = entry_of(&progress, &alpha);
	is_int(entry.state, PROGRESS_FAIL, "a failure is remembered");
	is_str(entry.cause, "no-fork", "with its cause");
	ok(entry.seed == 18446744073709551615ull, "and the seed, however large");
	ok(progress_current(&progress, &catalogue) == &alpha, "the exercise is the current one");
	ok(progress_next(&progress, &catalogue) == &alpha, "and still the next one");
	record(&alpha, PROGRESS_PASS, NULL);
	entry = entry_of(&progress, &alpha);
	passed = entry.passed;
	ok(passed > 0 && !entry.cause && entry.tries == 2, "a pass has a time and no cause");
	ok(!progress_next(&progress, &catalogue), "nothing is next");
	record(&alpha, PROGRESS_FAIL, "status-lost");
	entry = entry_of(&progress, &alpha);
	ok(entry.passed == passed && progress_solved(&progress, &alpha), "solved stays solved");
	is_int(entry.state, PROGRESS_FAIL, "but the last check is known");
	is_int(progress_hint(&lab, &beta, 2, "x", &err), 0, "a hint");
	is_int(progress_hint(&lab, &beta, 1, NULL, &err), 0, "an earlier hint");
	entry = entry_of(&progress, &beta);
	is_int(entry.hint, 2, "the highest level counts");
	is_str(entry.hint_cause, "x", "and the cause stays");
	ok(progress_current(&progress, &catalogue) == &alpha, "a hint moves nobody");
}

static void test_unknown(void)
{
	cleanup_progress struct progress progress = PROGRESS_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *path = workdir_state_path(&lab, "progress.json");
	struct error err = {0};

	put("{\"schema\": \"nslab/progress/v1\", \"later\": [1], \"exercises\": {"
	    "\"pid/gone\": {\"state\": \"pass\", \"odd\": {\"a\": 1}},"
	    "\"pid/old\": {\"passed\": 5, \"tries\": 3, \"mine\": true}}}");
	is_int(entry_of(&progress, &beta).tries, 3, "an entry under a former id is read");
	record(&beta, PROGRESS_FAIL, "x");
	is_int(entry_of(&progress, &beta).tries, 4, "and goes on under the new one");
	is_int(entry_of(&progress, &beta).passed, 5, "with all it holds");
	(void)io_read_file(AT_FDCWD, path, 1 << 20, &text, &err);
	ok(!strstr(text.s, "pid/old"), "the former id is gone");
	ok(strstr(text.s, "\"later\"") && strstr(text.s, "\"pid/gone\"") &&
		   strstr(text.s, "\"odd\"") && strstr(text.s, "\"mine\""),
	   "what lab does not know is kept");
	put("{\"schema\": \"nslab/progress/v1\", \"exercises\": {\"pid/alpha\": {\"state\": 5,"
	    " \"tries\": -1, \"cause\": [], \"hint\": 99999999999, \"passed\": \"x\", \"seed\": -1}}}");
	ok(entry_of(&progress, &alpha).state == PROGRESS_NONE &&
		   entry_of(&progress, &alpha).tries == 0 && !entry_of(&progress, &alpha).cause,
	   "values of the wrong kind are no values");
}

static void test_corrupt(void)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"{\"schema\": \"other\", \"exercises\": {}}",
		"{\"schema\": \"nslab/progress/v1\"}",
		"{\"schema\": \"nslab/progress/v1\", \"exercises\": {\"pid/alpha\": 1}}",
		"\xff\xfe",
	};
	struct error err = {0};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cleanup_progress struct progress progress = PROGRESS_INIT;
		cleanup_free char *aside = xasprintf("progress.json.corrupt-%u", i + 1);

		put(texts[i]);
		is_int(progress_load(&lab, &progress, &err), 0, "damage %u is no failure", i);
		ok(progress.note && strstr(progress.note, aside), "but noted");
		ok(state_has(aside) && !state_has("progress.json"), "and moved aside");
	}
}

static void test_newer(void)
{
	cleanup_progress struct progress progress = PROGRESS_INIT;
	struct progress_attempt attempt = {PROGRESS_PASS, NULL, 1, NULL};
	struct error err = {0};

	put("{\"schema\": \"nslab/progress/v2\", \"exercises\": []}");
	is_int(progress_load(&lab, &progress, &err), -EPROTO, "a newer lab's file is not read");
	is_int(progress_record(&lab, &alpha, &attempt, &err), -EPROTO, "nor written");
	ok(state_has("progress.json"), "nor moved");
}

static void test_leftovers(void)
{
	cleanup_free char *stale = workdir_state_path(&lab, "progress.json.a1B2c3");
	struct error err = {0};

	put("{\"schema\": \"nslab/progress/v1\", \"exercises\": {}}");
	(void)io_replace_file(stale, "x", 1, 0644, &err);
	record(&gamma_, PROGRESS_PASS, NULL);
	ok(!io_exists(stale), "what a killed writer left is swept away");
	ok(state_has("progress.json.corrupt-1"), "what was moved aside is not");
}

int main(void)
{
	char hash[17];

	if (!mkdtemp(work))
		return 1;
	progress_hash("a", 1, hash);
	is_str(hash, "af63dc4c8601ec8c", "FNV-1a");
	test_record();
	test_unknown();
	test_corrupt();
	test_newer();
	test_leftovers();
	(void)nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return unit_done();
}
