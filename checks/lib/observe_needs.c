/*
 * What an exercise needs of the machine beyond a sandbox (`needs:` of its
 * lesson, in NSLAB_NEEDS), and the Debian mirror, which is one of these.
 */
#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "common/cleanup.h"

#include <errno.h>
#include <string.h>

#define MIB (1024ULL * 1024)

/* Fewer ids than this are no system's: a minimal Debian alone uses twenty. */
#define RANGE_LEAST 1000

bool session_needs(const char *what)
{
	cleanup_free char *list = xstrdup(session_setting("NSLAB_NEEDS", ""));
	char *save = NULL;

	for (char *word = strtok_r(list, " ", &save); word; word = strtok_r(NULL, " ", &save))
		if (strcmp(word, what) == 0)
			return true;
	return false;
}

void session_prepare_needs(struct sandbox_config *config, struct sandbox_limits *limits)
{
	config->range =
		session_needs("subids") || strcmp(session_setting("NSLAB_RANGE", "0"), "1") == 0;
	config->hosts = session_needs("internet") ? INTERNET_HOSTS : NULL;
	/* Room for a system that is unpacked. */
	if (session_needs("mirror")) {
		limits->disk = 1024 * MIB;
		limits->memory = 2048 * MIB;
		limits->output = 4 * MIB;
	}
}

int session_meet_needs(struct session *session, struct error *err)
{
	const struct sandbox_features *features = sandbox_features(session->box);
	/* An ordinary user inside gets them from newuidmap(1) there, root has them by itself. */
	bool user = strcmp(session_setting("NSLAB_START", "root"), "user") == 0;
	unsigned ids = user ? features->subids : features->ids;

	if (session_needs("subids") && ids < RANGE_LEAST) {
		error_say(
			err, EOPNOTSUPP,
			"this exercise needs subordinate ids, and you have none that can be used");
		error_remedy(err, "as root: usermod --add-subuids 100000-165535 "
				  "--add-subgids 100000-165535 YOU; newuidmap comes with uidmap");
		return -EOPNOTSUPP;
	}
	return session_needs("internet") ? internet_start(session->box, &session->internet, err)
					 : 0;
}

int session_mirror(struct session *session, bool closed, struct strbuf *to, struct error *err)
{
	struct mirror_source source = {.url = NULL};
	int r;

	if (session->mirror)
		return error_say(err, EBUSY, "there is a mirror already");
	r = mirror_find(&source, err);
	if (r == 0)
		r = mirror_serve(session->box, closed ? NULL : &source, &session->mirror, err);
	if (r == 0) {
		answer_add(to, "mirror", MIRROR_INSIDE);
		answer_add(to, "suite", source.suite);
		answer_add(to, "upstream", source.url);
	}
	mirror_source_free(&source);
	return r;
}

static bool was_asked(struct session *session, void *data)
{
	struct strbuf *log = data;

	strbuf_reset(log);
	mirror_log(session->mirror, log);
	return log->len > 0 || session_has_ended(session, NULL);
}

int session_asked(struct session *session, long long deadline, struct strbuf *to, struct error *err)
{
	struct strbuf log cleanup_strbuf = STRBUF_INIT;

	if (!session->mirror)
		return error_say(err, ENOENT, "there is no mirror");
	(void)session_wait(session, was_asked, &log, deadline);
	answer_add(to, "asked", log.s);
	return 0;
}
