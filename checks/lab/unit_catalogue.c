#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/catalogue.h"
#include "lab/course/manifest.h"
#include "lab/nearest.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

static char course[] = "/tmp/nslab-unit-catalogue-XXXXXX";

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void put(const char *name, const char *text)
{
	cleanup_free char *path = io_join(course, name);
	cleanup_free char *dir = xstrdup(path);
	struct error err = {0};

	*strrchr(dir, '/') = '\0';
	if (io_make_dirs(dir, &err) < 0 ||
	    io_replace_file(path, text, strlen(text), 0644, &err) < 0)
		ok(false, "%s", err.what);
}

#define GOOD "---\ntitle: T\nstart: root\nusage: x\ntime: 10\nman: x(2)\n"

static void add(const char *stem, const char *front)
{
	cleanup_free char *starter = xasprintf("phases/%s.c", stem);
	cleanup_free char *solution = xasprintf("solutions/%s.c", stem);
	cleanup_free char *check = xasprintf("checks/%s.bats", stem);
	cleanup_free char *lesson = xasprintf("docs/%s.md", stem);

	put(starter, "");
	put(solution, "");
	put(check, "");
	if (front)
		put(lesson, front);
}

static void parses(const char *front, const char *want)
{
	struct catalogue holder = {.exercises = xcalloc(1, sizeof(struct exercise)),
				   .n_exercises = 1};
	struct error err = {0};
	int r = manifest_parse("x.md", front, holder.exercises, &err);

	if (want)
		is_str(r < 0 ? err.what : "no error", want, "refused: %s", want);
	else
		is_str(r < 0 ? err.what : "", "", "accepted");
	catalogue_free(&holder);
}

static void test_manifest(void)
{
	parses(GOOD "---\n", NULL);
	parses(GOOD "libs: libcap\nneeds: subids\naliases: pid/a net/b\ndefault: ps aux\n\n---",
	       NULL);
	parses("---\r\ntitle: T\r\nstart: user\r\nusage: x\r\ntime: 600\r\nman: x(2)\r\n---\r\n",
	       NULL);
	parses("", "x.md:1: a lesson opens with a line \"---\"");
	parses("title: T\n", "x.md:1: a lesson opens with a line \"---\"");
	parses(GOOD, "x.md:6: the second \"---\" is missing");
	parses("---\ntitle: T\n---\n", "x.md:3: the key \"start\" is missing");
	parses("---\nbogus: 1\n---\n", "x.md:2: unknown key \"bogus\"");
	parses("---\n\nno colon\n---\n", "x.md:3: \"no colon\" is not \"key: value\"");
	parses("---\ntitle:  \n---\n", "x.md:2: \"title\" has no value");
	parses("---\ntitle: a\ntitle: b\n---\n", "x.md:3: \"title\" is given twice");
	parses("---\nstart: admin\n---\n", "x.md:2: \"start\" must be root or user, not \"admin\"");
	parses("---\nweight: 1001\n---\n",
	       "x.md:2: \"weight\" must be points from 1 to 1000, not \"1001\"");
	parses("---\ntime: 0\n---\n", "x.md:2: \"time\" must be seconds from 1 to 600, not \"0\"");
	parses("---\ntime: 1m\n---\n",
	       "x.md:2: \"time\" must be seconds from 1 to 600, not \"1m\"");
	parses("---\ntime: -1\n---\n",
	       "x.md:2: \"time\" must be seconds from 1 to 600, not \"-1\"");
	parses("---\nlines: 90\n---\n",
	       "x.md:2: \"lines\" must be lines from 121 to 500, not \"90\"");
	parses("---\nneeds: luck\n---\n", "x.md:2: unknown value \"luck\" for \"needs\"");
	parses("---\naliases: old\n---\n", "x.md:2: \"old\" is no exercise id (phase/name)");
	parses("---\ntitle: T\nstart: root\nusage: x [CMD...]\ntime: 1\nman: x\n---\n",
	       "x.md:7: the usage names CMD, so the key \"default\" is needed");
	is_str(manifest_skip(GOOD "---\nbody"), "body", "what is behind the front matter");
	is_str(manifest_skip("body"), "body", "without front matter everything is");
	is_str(manifest_skip("---\nbody"), "---\nbody", "an open one is text");
}

static void finds(const struct catalogue *catalogue, const char *word, const char *want)
{
	const struct exercise *ex = NULL;
	struct error err = {0};
	int r = catalogue_find(catalogue, word, &ex, &err);

	is_str(r < 0 ? err.what : ex->id, want, "find \"%s\"", word);
}

static void test_find(const struct catalogue *catalogue)
{
	const struct exercise *ex = NULL;
	struct error err = {0};

	finds(catalogue, "pid/clone", "pid/clone");
	finds(catalogue, "clone", "pid/clone");
	finds(catalogue, "pid/cl", "pid/clone");
	finds(catalogue, "cl", "pid/clone");
	finds(catalogue, "work/pid/02_clone.c", "pid/clone");
	finds(catalogue, "02_clone.c", "pid/clone");
	finds(catalogue, "pid/old", "pid/clone");
	finds(catalogue, "new", "net/new");
	finds(catalogue, "newer", "net/newer");
	finds(catalogue, "same", "\"same\" is ambiguous, it could be pid/same, net/same");
	finds(catalogue, "net/ne", "\"net/ne\" is ambiguous, it could be net/new, net/newer");
	finds(catalogue, "net", "\"net\" is a phase, name one of net/new, net/newer, net/same");
	finds(catalogue, "", "there is no exercise \"\"");
	finds(catalogue, "zzzz", "there is no exercise \"zzzz\"");
	is_int(catalogue_find(catalogue, "pid/clnoe", &ex, &err), -ENOENT, "a slip is unknown");
	is_str(err.remedy, "Did you mean pid/clone? \"lab list\" shows them all",
	       "and gets a suggestion");
	is_int(catalogue_find(catalogue, "net/ne", &ex, &err), -ENOTUNIQ, "ambiguous");
	ok(!ex, "the output is untouched on failure");
	is_int(catalogue_status(-ENOENT), LAB_USAGE, "unknown is wrong usage");
	is_int(catalogue_status(-ENOTUNIQ), LAB_USAGE, "ambiguous, too");
	is_int(catalogue_use(catalogue, "broken", &ex, &err), -EBADMSG,
	       "a broken one can't be used");
	is_str(err.what, "pid/broken can't be used: docs/pid/05_broken.md:2: unknown key \"bogus\"",
	       "and says why");
	is_int(catalogue_status(-EBADMSG), LAB_ERROR, "which is no fault of the user");
	is_str(catalogue_by_id(catalogue, "pid/old")->id, "pid/clone", "an alias is an id");
	ok(!catalogue_by_id(catalogue, "pid/cl"), "a prefix is not");
}

static void appendix_is(const struct catalogue *catalogue, const char *word, const char *want)
{
	const struct appendix *appendix = catalogue_appendix(catalogue, word);

	is_str(appendix ? appendix->id : "none", want, "the appendix \"%s\"", word);
}

static void test_appendices(void)
{
	cleanup_catalogue struct catalogue catalogue = CATALOGUE_INIT;
	const struct exercise *ex = NULL;
	struct error err = {0};

	put("docs/appendix/words.md", "# All the words\r\n\n## One\n");
	put("docs/appendix/clone.md", "no title\n");
	put("docs/appendix/closed.md", "");
	put("docs/appendix/notes.txt", "# No appendix\n");
	put("docs/appendix/.md", "# Nor this\n");
	is_int(catalogue_load(course, &catalogue, &err), 0, "a course with appendices");
	is_int((int)catalogue.n_appendices, 3, "one for each text");
	is_str(catalogue.appendices[2].title, "All the words", "with the title of its heading");
	is_str(catalogue.appendices[0].title, "", "or none");
	appendix_is(&catalogue, "appendix/words", "appendix/words");
	appendix_is(&catalogue, "words", "appendix/words");
	appendix_is(&catalogue, "w", "appendix/words");
	appendix_is(&catalogue, "appendix/clo", "none");
	appendix_is(&catalogue, "clone", "appendix/clone");
	appendix_is(&catalogue, "", "none");
	is_int(catalogue_find(&catalogue, "words", &ex, &err), -ENOENT, "it is no exercise");
	is_str(err.what, "appendix/words is a text without an exercise", "which is said");
	is_int(catalogue_find(&catalogue, "clone", &ex, &err), 0, "an exercise comes first");
}

static void test_load(void)
{
	cleanup_catalogue struct catalogue catalogue = CATALOGUE_INIT;
	struct error err = {0};
	static const char *const order[] = {"pid/clone",    "pid/same", "pid/broken", "pid/lost",
					    "pid/nameless", "net/new",	"net/newer",  "net/same"};

	is_int(catalogue_load(course, &catalogue, &err), -ENODATA, "a course without exercises");
	add("pid/02_clone", GOOD "aliases: pid/old\n---\n");
	add("pid/03_same", GOOD "---\n");
	add("pid/05_broken", "---\nbogus: 1\n---\n");
	add("pid/06_lost", NULL);
	add("pid/09_nameless", "---\ntitle: T\n---\n");
	add("net/01_new", GOOD "---\n");
	add("net/02_newer", GOOD "---\n");
	add("net/03_same", GOOD "---\n");
	put("phases/pid/notes.txt", "");
	put("phases/pid/1_x.c", "");
	put("phases/pid/10_Upper.c", "");
	put("phases/pid/10_.c", "");
	put("phases/pid/10_a.b.c", "");
	put("phases/other/01_x.c", "");
	is_int(catalogue_load(course, &catalogue, &err), 0,
	       "broken exercises don't stop the others");
	is_int((int)catalogue.n_exercises, 8, "what is no exercise is not taken for one");
	for (size_t i = 0; i < catalogue.n_exercises && i < 8; i++)
		is_str(catalogue.exercises[i].id, order[i], "course order, %zu", i);
	ok(!catalogue.exercises[0].broken, "a good one");
	is_str(catalogue.exercises[3].broken, "docs/pid/06_lost.md:1: the lesson is missing",
	       "no lesson");
	is_str(catalogue.exercises[4].broken,
	       "docs/pid/09_nameless.md:3: the key \"start\" is missing", "an incomplete one");
	ok(catalogue.exercises[3].man && catalogue.exercises[3].title,
	   "no member is NULL even then");
	test_find(&catalogue);
}

static void test_twins(void)
{
	cleanup_catalogue struct catalogue catalogue = CATALOGUE_INIT;
	const struct exercise *ex = NULL;
	struct error err = {0};

	add("pid/07_clone", GOOD "---\n");
	is_int(catalogue_load(course, &catalogue, &err), 0, "two files of one identity");
	is_int(catalogue_find(&catalogue, "clone", &ex, &err), 0, "are not ambiguous");
	is_int(ex ? (int)ex->number : 0, 2, "the first counts");
}

static void test_nearest(void)
{
	struct nearest nearest = nearest_start("chekc");

	nearest_offer(&nearest, "list", "list");
	nearest_offer(&nearest, "check", "check");
	is_str(nearest.best, "check", "a slip finds its word");
	nearest = nearest_start("frobnicate");
	nearest_offer(&nearest, "list", "list");
	ok(!nearest.best, "another word finds none");
}

int main(void)
{
	if (!mkdtemp(course))
		return 1;
	test_manifest();
	test_load();
	test_twins();
	test_appendices();
	test_nearest();
	(void)nftw(course, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return unit_done();
}
