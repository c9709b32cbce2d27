#define _GNU_SOURCE
#include "common/idmap.h"

#include "common/numeral.h"

#include <errno.h>
#include <string.h>

static bool take_column(const char **at, uint32_t *ret)
{
	uint64_t value;

	while (**at == ' ' || **at == '\t')
		(*at)++;
	if (!numeral_take(at, 10, UINT32_MAX, &value))
		return false;
	*ret = (uint32_t)value;
	return true;
}

int idmap_parse(const char *text, struct idmap *ret)
{
	struct idmap map = {.n = 0};

	while (*text) {
		struct idmap_range *range = &map.range[map.n];

		if (map.n == IDMAP_MAX || !take_column(&text, &range->inside) ||
		    !take_column(&text, &range->outside) || !take_column(&text, &range->count))
			return -EBADMSG;
		if (*text++ != '\n' || range->count == 0)
			return -EBADMSG;
		map.n++;
	}
	*ret = map;
	return 0;
}

bool idmap_to_outside(const struct idmap *map, uint32_t inside, uint32_t *ret)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct idmap_range *range = &map->range[i];

		if (inside >= range->inside && inside - range->inside < range->count) {
			*ret = range->outside + (inside - range->inside);
			return true;
		}
	}
	return false;
}

bool idmap_to_inside(const struct idmap *map, uint32_t outside, uint32_t *ret)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct idmap_range *range = &map->range[i];

		if (outside >= range->outside && outside - range->outside < range->count) {
			*ret = range->inside + (outside - range->outside);
			return true;
		}
	}
	return false;
}
