/*
 * What a person does at the terminal: keys, pasted text and the mouse.
 */
#ifndef NSLAB_LAB_SCREEN_KEY_H
#define NSLAB_LAB_SCREEN_KEY_H

#include <stddef.h>
#include <stdint.h>

/* Codes beyond Unicode; smaller ones are characters, control characters included. */
enum key_code {
	KEY_CODE_FIRST = 0x110000,
	KEY_CODE_UP,
	KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT,
	KEY_CODE_HOME,
	KEY_CODE_END,
	KEY_CODE_PAGE_UP,
	KEY_CODE_PAGE_DOWN,
	KEY_CODE_INSERT,
	KEY_CODE_DELETE,
	KEY_CODE_BACK_TAB,
	KEY_CODE_F1,
	KEY_CODE_F12 = KEY_CODE_F1 + 11,
};

#define KEY_CODE_TAB	   0x09
#define KEY_CODE_ENTER	   0x0d
#define KEY_CODE_ESC	   0x1b
#define KEY_CODE_BACKSPACE 0x7f
#define KEY_CTRL(letter)   ((letter)&0x1f)

enum {
	KEY_MOD_SHIFT = 1 << 0,
	KEY_MOD_ALT = 1 << 1,
	KEY_MOD_CTRL = 1 << 2, /* of named keys; control characters are codes of their own */
};

struct key {
	uint32_t code;
	unsigned mods;
};

enum input_kind {
	INPUT_NONE, /* nothing is there now */
	INPUT_KEY,
	INPUT_PASTE,
	INPUT_MOUSE,
	INPUT_END, /* the terminal has gone */
};

enum mouse_act { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct input {
	enum input_kind kind;
	struct key key;
	const char *paste; /* INPUT_PASTE: UTF-8, the display's, valid until the next read */
	size_t paste_len;
	enum mouse_act act;
	int row, col; /* INPUT_MOUSE */
};

/**
 * The name of a key as help shows it: "a", "^L", "F5", "PgUp", "Space", "Alt-x".
 * Static or in buf.
 */
const char *key_text(const struct key *key, char *buf, size_t size);

#endif
