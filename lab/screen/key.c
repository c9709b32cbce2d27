#define _GNU_SOURCE
#include "lab/screen/key.h"

#include "lab/screen/letter.h"

#include <stdio.h>
#include <string.h>

/* Codes below KEY_CODE_FIRST that have a name; the others are in order from KEY_CODE_UP on. */
static const struct {
	uint32_t code;
	const char *name;
} characters[] = {
	{KEY_CODE_TAB, "Tab"}, {KEY_CODE_ENTER, "Enter"},
	{KEY_CODE_ESC, "Esc"}, {KEY_CODE_BACKSPACE, "Backspace"},
	{' ', "Space"},
};

static const char *const named[] = {
	"Up",  "Down", "Left",	    "Right", "Home", "End", "PgUp", "PgDn",
	"Ins", "Del",  "Shift-Tab", "F1",    "F2",   "F3",  "F4",   "F5",
	"F6",  "F7",   "F8",	    "F9",    "F10",  "F11", "F12",
};

static void name_without_mods(uint32_t code, char *buf, size_t size)
{
	char bytes[LETTER_BYTES];

	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		if (characters[i].code == code) {
			(void)snprintf(buf, size, "%s", characters[i].name);
			return;
		}
	}
	if (code > KEY_CODE_FIRST && code - KEY_CODE_UP < sizeof(named) / sizeof(named[0]))
		(void)snprintf(buf, size, "%s", named[code - KEY_CODE_UP]);
	else if (code < 0x20)
		(void)snprintf(buf, size, "^%c", (int)code + '@');
	else
		(void)snprintf(buf, size, "%.*s", (int)letter_encode(code, bytes), bytes);
}

const char *key_text(const struct key *key, char *buf, size_t size)
{
	char name[16];

	name_without_mods(key->code, name, sizeof(name));
	(void)snprintf(buf, size, "%s%s%s%s", key->mods & KEY_MOD_CTRL ? "Ctrl-" : "",
		       key->mods & KEY_MOD_ALT ? "Alt-" : "",
		       key->mods & KEY_MOD_SHIFT ? "Shift-" : "", name);
	return buf;
}
