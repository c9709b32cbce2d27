#include "lab/screen/vt_internal.h"

/* Keys that libvterm knows how to send: it depends on the modes the program has set. */
static const struct {
	uint32_t code;
	VTermKey key;
} vt_keys[] = {
	{KEY_CODE_UP, VTERM_KEY_UP},	      {KEY_CODE_DOWN, VTERM_KEY_DOWN},
	{KEY_CODE_LEFT, VTERM_KEY_LEFT},      {KEY_CODE_RIGHT, VTERM_KEY_RIGHT},
	{KEY_CODE_HOME, VTERM_KEY_HOME},      {KEY_CODE_END, VTERM_KEY_END},
	{KEY_CODE_PAGE_UP, VTERM_KEY_PAGEUP}, {KEY_CODE_PAGE_DOWN, VTERM_KEY_PAGEDOWN},
	{KEY_CODE_INSERT, VTERM_KEY_INS},     {KEY_CODE_DELETE, VTERM_KEY_DEL},
	{KEY_CODE_ENTER, VTERM_KEY_ENTER},
};

static VTermModifier mods_of(const struct key *key)
{
	unsigned mods = VTERM_MOD_NONE;

	if (key->mods & KEY_MOD_SHIFT)
		mods |= VTERM_MOD_SHIFT;
	if (key->mods & KEY_MOD_ALT)
		mods |= VTERM_MOD_ALT;
	if (key->mods & KEY_MOD_CTRL)
		mods |= VTERM_MOD_CTRL;
	return (VTermModifier)mods;
}

/* Sent by libvterm; false: it is none of its keys. */
static bool named(struct vt *vt, const struct key *key)
{
	VTermModifier mods = mods_of(key);

	if (key->code >= KEY_CODE_F1 && key->code <= KEY_CODE_F12) {
		int number = (int)(key->code - KEY_CODE_F1) + 1;

		vterm_keyboard_key(vt->term, (VTermKey)VTERM_KEY_FUNCTION(number), mods);
		return true;
	}
	for (size_t i = 0; i < sizeof(vt_keys) / sizeof(*vt_keys); i++) {
		if (vt_keys[i].code == key->code) {
			vterm_keyboard_key(vt->term, vt_keys[i].key, mods);
			return true;
		}
	}
	return false;
}

void vt_key(struct vt *vt, const struct key *key, struct strbuf *to)
{
	char bytes[LETTER_BYTES];

	vt->out = to;
	if (key->code == KEY_CODE_BACK_TAB) {
		strbuf_adds(to, "\033[Z");
	} else if (!named(vt, key) && key->code < KEY_CODE_FIRST) {
		/* Control characters are themselves. */
		if (key->mods & KEY_MOD_ALT)
			strbuf_addc(to, '\033');
		strbuf_add(to, bytes, letter_encode(key->code, bytes));
	}
	vt->out = NULL;
}

/* Only what could have been typed as text: no escape sequence can end the paste early. */
void vt_paste(struct vt *vt, const char *text, size_t len, struct strbuf *to)
{
	vt->out = to;
	vterm_keyboard_start_paste(vt->term);
	for (size_t i = 0; i < len;) {
		uint32_t letter;
		size_t used = letter_decode(text + i, len - i, &letter);

		if (!used)
			break;
		if (letter == '\n')
			strbuf_addc(to, '\r');
		else if (letter == '\t' || letter == '\r' ||
			 (letter >= 0x20 && (letter < 0x7f || letter >= 0xa0)))
			strbuf_add(to, text + i, used);
		i += used;
		if (letter == '\r' && i < len && text[i] == '\n')
			i++;
	}
	vterm_keyboard_end_paste(vt->term);
	vt->out = NULL;
}
