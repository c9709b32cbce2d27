/*
 * Which paths the mirror's relay fetches: those of an archive, and none that
 * leads out of the cache or to another place of the mirror's machine.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"

#include "common/mirror_internal.h"

static const char *const good[] = {
	"dists/bookworm/InRelease",
	"dists/sid/main/binary-amd64/by-hash/SHA256/7778d3e3",
	"pool/main/g/g++/g++_4%3a12.2.0-3_amd64.deb",
	"pool/main/libz/libzstd/libzstd1_1.5.4+dfsg2-5~deb12_amd64.deb",
};

static const char *const bad[] = {
	"",
	"dists",
	"dists/",
	"pool/",
	"/dists/x",
	"other/x",
	"dists/../x",
	"pool/main/../../x",
	"pool/main/..",
	"pool//main/x",
	"pool/a/.git",
	"pool/main/a/",
	"pool/a b",
	"pool/a\nb",
	"pool/a?b=c",
	"pool/a#b",
	"pool/a\\b",
	"dists/$(id)",
	"pool/a;b",
	"pool/\xc3\xa4",
};

int main(void)
{
	char longest[1000] = "pool/";

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(mirror_is_path(good[i]), "a path of an archive: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!mirror_is_path(bad[i]), "none, number %zu", i + 1);
	memset(longest + 5, 'a', sizeof(longest) - 6);
	ok(!mirror_is_path(longest), "none that is too long for a file name");
	return unit_done();
}
