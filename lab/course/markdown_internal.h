/*
 * What the files of lab/course/markdown.c share.
 *
 *	md4c's callbacks -> blocks, containers -> lines			markdown.c
 *			 -> text of a block, its runs, links		markdown_text.c
 *			 -> cells of a table -> columns -> lines	markdown_table.c
 *	&amp; -> &							markdown_entity.c
 */
#ifndef NSLAB_LAB_COURSE_MARKDOWN_INTERNAL_H
#define NSLAB_LAB_COURSE_MARKDOWN_INTERNAL_H

#include "lab/course/markdown.h"

#include <md4c.h>

/* What lines stand in: a list, its item, a quotation. */
struct container {
	MD_BLOCKTYPE type;
	int col;	 /* where it begins */
	int indent;	 /* columns from there to what is in it */
	bool tight;	 /* a list without empty lines between its items */
	unsigned number; /* of an ordered list's next item */
	char mark[16];	 /* of an item, "12. " */
};

/* A link or image that is open. */
struct link {
	size_t text;   /* where its text begins */
	size_t target; /* where its target begins in builder.targets */
};

struct cell {
	size_t at, end; /* in the text */
	MD_ALIGN align;
};

struct table {
	unsigned cols;
	struct cell *cells; /* cols for each row, the header first */
	size_t n, cap;
	bool header; /* has one that is not empty */
};

struct builder {
	struct doc *doc;
	struct doc_look look;
	unsigned flags; /* of md4c */

	struct container *containers;
	size_t n_containers, containers_cap;
	size_t pending; /* the items from this one on have not shown their mark yet */

	struct link *links;
	size_t n_links, links_cap;
	struct strbuf targets;

	struct doc_runs runs;
	size_t start; /* of the block's text */
	struct table table;
	struct strbuf code; /* of a code block, as md4c hands it over */

	unsigned bold, italic, inline_code;
	unsigned char level; /* in a heading */
	bool in_code, in_header, in_table;
	bool gap; /* an empty line comes before the next block */
};

/* md4c is told to stop with this, and the text is parsed again without tables. */
#define MARKDOWN_TOO_WIDE 1

/** Room for one more in an array of SIZE bytes each. */
void *markdown_grown(void *array, size_t n, size_t *cap, size_t size);

/** Begin a line, with what stands in front of it; returns the column behind that. */
int markdown_open_line(struct builder *b, size_t place);

/** Columns that are left for text. */
int markdown_width(const struct builder *b);

/** What md4c calls for what is in a block: text, emphasis, code, links. DATA is the builder. */
int markdown_take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data);
int markdown_enter_span(MD_SPANTYPE type, void *detail, void *data);
int markdown_leave_span(MD_SPANTYPE type, void *detail, void *data);

/** Begin a table; returns 0 or MARKDOWN_TOO_WIDE. */
int markdown_table_begin(struct builder *b, const MD_BLOCK_TABLE_DETAIL *detail);
void markdown_cell_begin(struct builder *b, const MD_BLOCK_TD_DETAIL *detail);
void markdown_cell_end(struct builder *b);

/** Lay out the cells. */
void markdown_table_end(struct builder *b);

/** Append what an entity ("&amp;", "&#955;") stands for; as it is written where that is not known. */
void markdown_entity(struct strbuf *to, const char *text, size_t len);

#endif
