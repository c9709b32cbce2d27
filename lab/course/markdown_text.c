#define _GNU_SOURCE
#include "lab/course/markdown_internal.h"

#include "common/cleanup.h"

#include <string.h>

#define TARGET_MAX 400 /* bytes of a link's target that are shown */

static enum span_kind current_kind(const struct builder *b)
{
	if (b->level)
		return SPAN_HEADING;
	if (b->inline_code)
		return SPAN_CODE;
	if (b->n_links)
		return SPAN_LINK;
	if (b->bold || b->in_header)
		return SPAN_BOLD;
	return b->italic ? SPAN_ITALIC : SPAN_TEXT;
}

static void add_text(struct builder *b, enum span_kind kind, const char *text, size_t len)
{
	if (!len)
		return;
	doc_runs_add(&b->runs, b->doc->text.len, kind);
	strbuf_add(&b->doc->text, text, len);
}

/* Spaces, tabs and newlines of a sentence: one space, and none in front. */
static void add_space(struct builder *b)
{
	const struct strbuf *text = &b->doc->text;

	if (text->len > b->start && text->s[text->len - 1] != ' ' && text->s[text->len - 1] != '\n')
		add_text(b, current_kind(b), " ", 1);
}

static void add_sentence(struct builder *b, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *word = text;

		while (text < end && *text != ' ' && *text != '\t' && *text != '\n')
			text++;
		add_text(b, current_kind(b), word, (size_t)(text - word));
		if (text < end) {
			add_space(b);
			text++;
		}
	}
}

static void add_code(struct builder *b, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		/* The backslash kept the bar from ending the cell; this md4c leaves it in code. */
		if (b->in_table && text[i] == '\\' && i + 1 < len && text[i + 1] == '|')
			continue;
		add_text(b, current_kind(b), text[i] == '\n' || text[i] == '\t' ? " " : text + i,
			 1);
	}
}

static void add_entity(struct builder *b, const char *text, size_t len)
{
	cleanup_strbuf struct strbuf to = STRBUF_INIT;

	markdown_entity(&to, text, len);
	add_sentence(b, to.s, to.len);
}

int markdown_take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
	struct builder *b = data;

	if (b->in_code) {
		strbuf_add(&b->code, text, size);
		return 0;
	}
	switch (type) {
	case MD_TEXT_BR:
		add_text(b, current_kind(b), "\n", 1);
		break;
	case MD_TEXT_SOFTBR:
		add_space(b);
		break;
	case MD_TEXT_ENTITY:
		add_entity(b, text, size);
		break;
	case MD_TEXT_CODE:
		add_code(b, text, size);
		break;
	default:
		add_sentence(b, text, size);
		break;
	}
	return 0;
}

/* ---- links ---- */

static void begin_link(struct builder *b, const MD_ATTRIBUTE *target)
{
	struct link *link;

	b->links = markdown_grown(b->links, b->n_links, &b->links_cap, sizeof(*b->links));
	link = &b->links[b->n_links++];
	*link = (struct link){b->doc->text.len, b->targets.len};
	for (unsigned i = 0; target->size && target->substr_offsets[i] < target->size; i++) {
		MD_OFFSET at = target->substr_offsets[i];
		MD_OFFSET end = target->substr_offsets[i + 1];

		if (target->substr_types[i] == MD_TEXT_ENTITY)
			markdown_entity(&b->targets, target->text + at, end - at);
		else
			strbuf_add(&b->targets, target->text + at, end - at);
	}
}

static void add_target(struct builder *b, const char *target)
{
	size_t len = strlen(target);

	if (len > TARGET_MAX) {
		len = TARGET_MAX;
		while (((unsigned char)target[len] & 0xc0) == 0x80)
			len--;
	}
	add_space(b);
	add_text(b, SPAN_DIM, "(", 1);
	for (size_t i = 0; i < len; i++)
		add_text(b, SPAN_DIM, target[i] == '\n' || target[i] == '\t' ? " " : target + i, 1);
	if (target[len])
		add_text(b, SPAN_DIM, "...", 3);
	add_text(b, SPAN_DIM, ")", 1);
}

/* A target on the web is shown, unless it is the text itself. */
static void end_link(struct builder *b)
{
	struct link link = b->links[--b->n_links];
	const char *target = b->targets.s + link.target;
	const char *text = b->doc->text.s + link.text;
	size_t len = b->doc->text.len - link.text;

	if ((strncmp(target, "http://", 7) == 0 || strncmp(target, "https://", 8) == 0) &&
	    (strlen(target) != len || strncmp(target, text, len) != 0))
		add_target(b, target);
	b->targets.len = link.target;
	if (b->targets.cap)
		b->targets.s[link.target] = '\0';
}

int markdown_enter_span(MD_SPANTYPE type, void *detail, void *data)
{
	struct builder *b = data;

	if (type == MD_SPAN_EM)
		b->italic++;
	else if (type == MD_SPAN_STRONG)
		b->bold++;
	else if (type == MD_SPAN_CODE)
		b->inline_code++;
	else if (type == MD_SPAN_A)
		begin_link(b, &((const MD_SPAN_A_DETAIL *)detail)->href);
	else if (type == MD_SPAN_IMG)
		begin_link(b, &((const MD_SPAN_IMG_DETAIL *)detail)->src);
	return 0;
}

int markdown_leave_span(MD_SPANTYPE type, void *detail, void *data)
{
	struct builder *b = data;

	(void)detail;
	if (type == MD_SPAN_EM)
		b->italic--;
	else if (type == MD_SPAN_STRONG)
		b->bold--;
	else if (type == MD_SPAN_CODE)
		b->inline_code--;
	else if (type == MD_SPAN_A || type == MD_SPAN_IMG)
		end_link(b);
	return 0;
}
