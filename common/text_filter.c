/*
 * What may reach the caller's terminal, as tables: a sequence that is in none
 * of them is dropped. Whatever passes and would stay behind has a bit in left_on.
 */
#include "common/text_parse.h"

#include <string.h>

/*
 * Private modes (CSI ? N h, CSI ? N l) that pass. "normal" is the letter that
 * means what terminals start with; 0: nothing to undo.
 */
static const struct private_mode {
	unsigned number;
	char normal;
} private_modes[] = {
	/* The alternate screen first: leaving it restores what was before. */
	{1049, 'l'}, {1047, 'l'}, {47, 'l'}, {1, 'l'}, /* cursor keys send ESC O */
	{5, 'l'},				       /* reverse video */
	{6, 'l'},				       /* origin */
	{7, 'h'},				       /* wrap at the margin */
	{12, 0},				       /* cursor blinks; comes together with 25 */
	{25, 'h'},				       /* cursor is visible */
	{1048, 0},				       /* save and restore the cursor */
	{2004, 'l'},				       /* bracketed paste */
};

#define N_PRIVATE_MODES (sizeof(private_modes) / sizeof(private_modes[0]))

/* Bits of left_on: first one for each private mode, then these. */
enum left_on {
	LEFT_KEYPAD = 1 << N_PRIVATE_MODES,
	LEFT_INSERT = 2 << N_PRIVATE_MODES,
	LEFT_CURSOR = 4 << N_PRIVATE_MODES,
	LEFT_REGION = 8 << N_PRIVATE_MODES,
	LEFT_CHARSET = 16 << N_PRIVATE_MODES,
	LEFT_COLOR = 32 << N_PRIVATE_MODES,
};

static const struct undo {
	unsigned bit;
	const char *text;
} undos[] = {
	{LEFT_KEYPAD, "\033>"},
	{LEFT_INSERT, "\033[4l"},
	{LEFT_CURSOR, "\033[0 q"},
	{LEFT_REGION, "\0337\033[r\0338"}, /* setting a region moves the cursor */
	{LEFT_CHARSET, "\017\033(B"},
	{LEFT_COLOR, "\033[0m"},
};

/* What CSI PARAMETERS INTERMEDIATES FINAL needs to pass, beside its final. */
enum rule {
	ANY,	 /* digits and ; */
	ONE,	 /* at most one number */
	NONE,	 /* no parameter */
	ERASE,	 /* one of 0, 1, 2: 3 empties the scroll-back */
	COLORS,	 /* digits, ; and : */
	MODE,	 /* exactly 4, insert mode */
	PRIVATE, /* ? and known private modes */
	REGION,	 /* at most two numbers */
	STYLE,	 /* one digit */
	SOFT_RESET,
};

static const struct csi {
	const char *end; /* intermediates and final */
	enum rule rule;
} csis[] = {
	{"@", ONE},  {"A", ONE},  {"B", ONE},	  {"C", ONE},	  {"D", ONE},	 {"E", ONE},
	{"F", ONE},  {"G", ONE},  {"H", ANY},	  {"I", ONE},	  {"J", ERASE},	 {"K", ERASE},
	{"L", ONE},  {"M", ONE},  {"P", ONE},	  {"S", ONE},	  {"T", ONE},	 {"X", ONE},
	{"Z", ONE},  {"`", ONE},  {"a", ONE},	  {"b", ONE},	  {"d", ONE},	 {"e", ONE},
	{"f", ANY},  {"g", ONE},  {"m", COLORS},  {"r", REGION},  {"s", NONE},	 {"u", NONE},
	{"h", MODE}, {"l", MODE}, {"h", PRIVATE}, {"l", PRIVATE}, {" q", STYLE}, {"!p", SOFT_RESET},
};

/* Parse "12;3;;4" into at most max numbers; -1 where it is anything else, or out of proportion. */
static int numbers(const char *at, const char *end, unsigned *values, int max)
{
	int n = 0;

	if (at == end)
		return 0;
	for (;;) {
		unsigned value = 0;

		for (; at < end && *at >= '0' && *at <= '9'; at++) {
			value = value * 10 + (unsigned)(*at - '0');
			if (value > 65535)
				return -1;
		}
		if (n == max)
			return -1;
		values[n++] = value;
		if (at == end)
			return n;
		if (*at++ != ';')
			return -1;
	}
}

static void note(struct text_filter *f, unsigned bit, bool on)
{
	f->left_on = on ? f->left_on | bit : f->left_on & ~bit;
}

static int find_private(unsigned number)
{
	for (size_t i = 0; i < N_PRIVATE_MODES; i++)
		if (private_modes[i].number == number)
			return (int)i;
	return -1;
}

static bool private_passes(struct text_filter *f, const char *at, const char *end, char final)
{
	unsigned values[8];
	int n;

	if (at == end || *at != '?')
		return false;
	n = numbers(at + 1, end, values, 8);
	for (int i = 0; i < n; i++)
		if (find_private(values[i]) < 0)
			return false;
	for (int i = 0; i < n; i++) {
		int mode = find_private(values[i]);
		char normal = private_modes[mode].normal;

		note(f, 1U << mode, normal && normal != final);
	}
	return n > 0;
}

static bool rule_passes(struct text_filter *f, enum rule rule, const char *at, const char *end)
{
	unsigned values[16] = {0};
	int n = numbers(at, end, values, 16);
	char final = f->hold[f->held - 1];

	switch (rule) {
	case ANY:
		return n >= 0;
	case ONE:
		return n == 0 || n == 1;
	case NONE:
		return n == 0;
	case ERASE:
		return n == 0 || (n == 1 && values[0] <= 2);
	case COLORS:
		if (strspn(at, "0123456789;:") < (size_t)(end - at))
			return false;
		note(f, LEFT_COLOR, n != 0 && !(n == 1 && values[0] == 0));
		return true;
	case MODE:
		if (n != 1 || values[0] != 4)
			return false;
		note(f, LEFT_INSERT, final == 'h');
		return true;
	case PRIVATE:
		return private_passes(f, at, end, final);
	case REGION:
		if (n < 0 || n > 2)
			return false;
		note(f, LEFT_REGION, n != 0);
		return true;
	case STYLE:
		if (n < 0 || n > 1 || values[0] > 6)
			return false;
		note(f, LEFT_CURSOR, values[0] != 0);
		return true;
	case SOFT_RESET:
		return n == 0;
	}
	return false;
}

static bool csi_passes(struct text_filter *f)
{
	char *parameters = f->hold + 2;
	char *end;

	f->hold[f->held] = '\0'; /* the parser leaves room */
	end = parameters + strspn(parameters, "0123456789:;<=>?");
	for (size_t i = 0; i < sizeof(csis) / sizeof(csis[0]); i++)
		if (strcmp(csis[i].end, end) == 0 && rule_passes(f, csis[i].rule, parameters, end))
			return true;
	return false;
}

static bool escape_passes(struct text_filter *f)
{
	char c = f->hold[1];

	if (f->held == 2 && (c == '=' || c == '>'))
		note(f, LEFT_KEYPAD, c == '=');
	if (f->held == 2)
		return strchr("78=>DEHM", c) != NULL;
	if (f->held != 3 || !strchr("()*+", c) || !strchr("0AB", f->hold[2]))
		return false;
	note(f, LEFT_CHARSET, f->hold[2] != 'B');
	return true;
}

/* May a control character pass? ENQ makes terminals answer; XON, XOFF and NUL have no use. */
static bool control_passes(struct text_filter *f)
{
	char c = f->hold[0];

	if (c == '\016' || c == '\017')
		note(f, LEFT_CHARSET, c == '\016');
	return c && strchr("\a\b\t\n\v\f\r\016\017", c);
}

static void add_passing(struct text_filter *f, enum text_token token, struct strbuf *to)
{
	unsigned long code;
	bool pass = false;

	switch (token) {
	case TEXT_PRINTABLE:
		code = text_code_point(f);
		if (text_is_c1(code))
			strbuf_adds(to, TEXT_REPLACEMENT);
		else
			pass = !text_reorders(
				code); /* no width: a replacement would shift the line */
		break;
	case TEXT_CONTROL:
		pass = control_passes(f);
		break;
	case TEXT_SEQUENCE:
		pass = f->hold[1] == '[' && f->held > 2 ? csi_passes(f) : escape_passes(f);
		break;
	case TEXT_MALFORMED:
		strbuf_adds(to, TEXT_REPLACEMENT);
		break;
	case TEXT_NOTHING:
		break;
	}
	if (pass)
		strbuf_add(to, f->hold, f->held);
}

void text_filter(struct text_filter *filter, const char *data, size_t len, struct strbuf *to)
{
	for (size_t i = 0; i < len; i++) {
		bool again = true;
		size_t run = i;

		/* Most of what programs print is runs of ASCII. */
		while (filter->state == TEXT_GROUND && run < len && data[run] >= 0x20 &&
		       data[run] < 0x7f)
			run++;
		if (run > i) {
			strbuf_add(to, data + i, run - i);
			i = run - 1;
			continue;
		}
		while (again) {
			enum text_token token = text_feed(filter, (unsigned char)data[i], &again);

			add_passing(filter, token, to);
		}
	}
}

void text_filter_end(struct text_filter *filter, struct strbuf *to)
{
	for (size_t i = 0; i < N_PRIVATE_MODES; i++)
		if (filter->left_on & 1U << i)
			strbuf_addf(to, "\033[?%u%c", private_modes[i].number,
				    private_modes[i].normal);
	for (size_t i = 0; i < sizeof(undos) / sizeof(undos[0]); i++)
		if (filter->left_on & undos[i].bit)
			strbuf_adds(to, undos[i].text);
	*filter = (struct text_filter)TEXT_FILTER_INIT;
}
