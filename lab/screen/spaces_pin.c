/* The pinned picture: where each process was, to compare with. */
#define _GNU_SOURCE
#include "lab/screen/spaces_internal.h"

#include "common/strbuf.h"

#include <stdlib.h>

void spaces_pin(struct spaces *spaces)
{
	spaces_unpin(spaces);
	spaces->pins = xcalloc(spaces->n_shown, sizeof(spaces->pins[0]));
	for (size_t i = 0; i < spaces->n_shown; i++) {
		const struct spaces_column *column = spaces->shown[i];
		struct spaces_pin *pin = &spaces->pins[spaces->n_pins++];

		pin->pid = column->pid;
		pin->starttime = column->starttime;
		for (size_t type = 0; type < NSTYPE_COUNT; type++)
			pin->ino[type] = column->cells[type].ino;
	}
	spaces->pinned = true;
}

void spaces_unpin(struct spaces *spaces)
{
	free(spaces->pins);
	spaces->pins = NULL;
	spaces->n_pins = 0;
	spaces->pinned = false;
}

bool spaces_is_pinned(const struct spaces *spaces)
{
	return spaces->pinned;
}

static const struct spaces_column *column_of(const struct spaces *spaces, pid_t pid)
{
	for (size_t i = spaces->n_shown; i > 0; i--)
		if (spaces->shown[i - 1]->pid == pid)
			return spaces->shown[i - 1];
	return NULL;
}

uint32_t spaces_pinned_ino(const struct spaces *spaces, pid_t pid, enum nstype_id type)
{
	const struct spaces_column *column = column_of(spaces, pid);

	for (size_t i = 0; column && i < spaces->n_pins; i++)
		if (spaces->pins[i].pid == pid && spaces->pins[i].starttime == column->starttime)
			return spaces->pins[i].ino[type];
	return 0;
}
