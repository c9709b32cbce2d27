#include "lab/screen/screen_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/workdir.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_MAX 4096

bool place_load(const struct lab *lab, struct place *ret)
{
	cleanup_free char *path = workdir_state_path(lab, "place.json");
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = {0};
	json_t *place;

	*ret = (struct place){0};
	if (io_read_file(AT_FDCWD, path, PLACE_MAX, &text, &ignored) < 0)
		return false;
	/* A damaged file is a first run without a welcome; nothing else hangs on it. */
	place = json_loadb(text.s, text.len, 0, NULL);
	if (json_is_string(json_object_get(place, "exercise")))
		ret->exercise = xstrdup(json_string_value(json_object_get(place, "exercise")));
	ret->pane = (int)json_integer_value(json_object_get(place, "pane"));
	ret->top = (int)json_integer_value(json_object_get(place, "top"));
	if (ret->pane < 0 || ret->pane >= PANE_COUNT)
		ret->pane = 0;
	json_decref(place);
	return true;
}

void place_save(const struct lab *lab, const struct place *place)
{
	cleanup_free char *path = workdir_state_path(lab, "place.json");
	struct error ignored = {0};
	json_t *json = json_pack("{s:s?, s:i, s:i}", "exercise", place->exercise, "pane",
				 place->pane, "top", place->top);
	char *text = json_dumps(json, JSON_INDENT(2));

	json_decref(json);
	if (text && workdir_ensure_state(lab, &ignored) == 0)
		(void)io_replace_file(path, text, strlen(text), 0644, &ignored);
	free(text);
}
