/*
 * uid_map and gid_map: what the kernel writes, and what it would never write.
 */
#include "checks/lab/unit.h"
#include "common/idmap.h"
#include "common/strbuf.h"

#include <errno.h>
#include <stdlib.h>

static const char whole[] = "         0     100000      65536\n"
			    "     65536       1000          1\n";

static void good(void)
{
	struct idmap map;
	uint32_t id = 7;

	is_int(idmap_parse(whole, &map), 0, "two ranges as the kernel pads them");
	is_int((long long)map.n, 2, "both are there");
	is_int(map.range[1].inside, 65536, "second, inside");
	is_int(map.range[1].outside, 1000, "second, outside");
	is_int(map.range[1].count, 1, "second, count");
	ok(idmap_to_outside(&map, 0, &id) && id == 100000, "the first of a range, outwards");
	ok(idmap_to_outside(&map, 65535, &id) && id == 165535, "the last of a range, outwards");
	ok(idmap_to_outside(&map, 65536, &id) && id == 1000, "the next range, outwards");
	id = 7;
	ok(!idmap_to_outside(&map, 65537, &id), "behind the last one there is none, outwards");
	is_int(id, 7, "the answer is untouched");
	ok(idmap_to_inside(&map, 100000, &id) && id == 0, "the first of a range, inwards");
	ok(idmap_to_inside(&map, 1000, &id) && id == 65536, "the next range, inwards");
	id = 7;
	ok(!idmap_to_inside(&map, 99999, &id) && !idmap_to_inside(&map, 165536, &id),
	   "beside the range there is none, inwards");
	is_int(id, 7, "the answer is untouched");
}

static void limits(void)
{
	struct idmap map;
	uint32_t id;

	is_int(idmap_parse("", &map), 0, "nothing is mapped yet");
	is_int((long long)map.n, 0, "no range");
	ok(!idmap_to_outside(&map, 0, &id), "so nothing is translated");
	is_int(idmap_parse("0 0 4294967295\n", &map), 0, "the initial namespace's map");
	ok(idmap_to_outside(&map, 4294967294u, &id) && id == 4294967294u, "its last id");
	ok(!idmap_to_outside(&map, 4294967295u, &id), "(uid_t)-1 is never mapped");
	is_int(idmap_parse("4294967294 0 1\n", &map), 0, "a range at the end");
	ok(idmap_to_outside(&map, 4294967294u, &id) && id == 0, "does not wrap around");
	ok(!idmap_to_outside(&map, 0, &id), "also not from the start");
}

/* n lines of one id each. */
static char *lines(unsigned n)
{
	struct strbuf text = STRBUF_INIT;

	for (unsigned i = 0; i < n; i++)
		strbuf_addf(&text, "%10u %10u %10u\n", i, i + 1000, 1u);
	return strbuf_steal(&text);
}

static void full(void)
{
	char *most = lines(IDMAP_MAX), *more = lines(IDMAP_MAX + 1);
	struct idmap map;
	uint32_t id;

	is_int(idmap_parse(most, &map), 0, "as many lines as the kernel takes");
	ok(map.n == IDMAP_MAX && idmap_to_outside(&map, IDMAP_MAX - 1, &id) &&
		   id == IDMAP_MAX - 1 + 1000,
	   "the last one counts");
	is_int(idmap_parse(more, &map), -EBADMSG, "one more is no map");
	free(most);
	free(more);
}

static const char *const bad[] = {
	"\n",
	"0\n",
	"0 0\n",
	"0 0 \n",
	"0 0 0\n",
	"0 0 1 \n",
	"0 0 1 1\n",
	"0 0 1",
	"0 0 1\n0",
	"0 0 1\n\n",
	"-1 0 1\n",
	"+1 0 1\n",
	"0x1 0 1\n",
	"a b c\n",
	"0 0 4294967296\n",
	"4294967296 0 1\n",
	"0 99999999999999999999 1\n",
	"0,0,1\n",
	"0 0 1\r\n",
};

int main(void)
{
	struct idmap map = {.n = 77};

	good();
	limits();
	full();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_int(idmap_parse(bad[i], &map), -EBADMSG, "refused: \"%s\"", bad[i]);
	for (size_t len = 1; len < sizeof(whole) - 1; len++) {
		char *part = strndup(whole, len);
		int want = whole[len - 1] == '\n' ? 0 : -EBADMSG;
		struct idmap unused;

		/* One test for all lengths that are as expected. */
		if (!part || idmap_parse(part, want ? &map : &unused) != want)
			ok(false, "cut off after %zu bytes", len);
		free(part);
	}
	is_int((long long)map.n, 77, "what is refused leaves the answer untouched");
	return unit_done();
}
