/*
 * What the views of the namespace pane share:
 *
 *	spaces_pane.c	    the pane: moving, searching, title; lists of lines
 *	spaces_table.c	    the table: which columns fit, and how wide
 *	spaces_cell.c	    the text of one cell, for any width
 *	spaces_tree.c	    the tree, as lines
 *	spaces_details.c    the details of a type, as lines
 *	spaces_network.c    the network drawn, as lines
 */
#ifndef NSLAB_LAB_SCREEN_SPACES_VIEW_H
#define NSLAB_LAB_SCREEN_SPACES_VIEW_H

#include "lab/screen/spaces_pane.h"

#include <stdint.h>

#define SPACES_TYPES 8 /* rows of the table: the types, without the for_children entries */

extern const enum nstype_id spaces_types[SPACES_TYPES];

enum spaces_view { SPACES_TABLE, SPACES_TREE, SPACES_DETAILS, SPACES_NETWORK };

/* A line of the tree or of the details. */
struct spaces_line {
	char *text;
	enum role role;
};

struct spaces_lines {
	struct spaces_line *list;
	size_t n;
};

/* What was last drawn of the table, for moving and clicking. */
struct spaces_drawn {
	int head, body; /* rows */
	int label;	/* columns */
	int width;	/* of a column */
	size_t first;	/* the column behind the two that stay */
	size_t columns; /* shown, with those two */
};

struct spaces_pane {
	struct pane pane;
	struct spaces *live;
	struct spaces *frozen; /* the picture while paused, else NULL */
	enum spaces_view view;
	enum spaces_view back; /* from the details */
	int type;	       /* the selected row of the table */
	pid_t pid;	       /* the selected column, 0: the newest that there is */
	size_t first;	       /* first column behind lab and the sandbox */
	int type_top;	       /* first row of the table, where not all have room */
	struct spaces_drawn drawn;

	char *network;	      /* nslab/net/v1 as last told, NULL: nothing yet */
	char *network_frozen; /* as it was when the pause began */
	int network_cols;     /* how wide the lines were made; 0: they are not of it */

	struct spaces_lines lines; /* of the tree, the details or the network */
	int line, top, seen;	   /* the selected one, the first shown, how many have room */
	struct spaces_seen {	   /* what the details were read from */
		enum nstype_id type;
		pid_t inside, outside;
		unsigned activity;
		uint64_t at; /* monotonic ns, 0: never */
		int cols;
	} seen_details;
};

/** The picture that is shown: the live one, or that of the pause. */
const struct spaces *spaces_pane_picture(const struct spaces_pane *pane);

/** The index of the selected column. */
size_t spaces_pane_column(const struct spaces_pane *pane);

/** A namespace type that is no for_children entry, by row. */
static inline enum nstype_id spaces_pane_type(const struct spaces_pane *pane)
{
	return spaces_types[pane->type];
}

/** How a column is called: "lab", "sandbox", or by its program, made harmless. Appended. */
void spaces_add_name(const struct spaces *spaces, size_t column, struct strbuf *to);

/*
 * Cells (spaces_cell.c). Texts are appended, at most cols columns wide.
 */

/** The digits of an inode: all of them, or where those do not fit the last ones behind "…". */
void spaces_add_ino(struct strbuf *to, uint32_t ino, int cols);

/** One cell of the table and what it means. */
enum role spaces_add_cell(const struct spaces *spaces, size_t column, enum nstype_id type, int cols,
			  struct strbuf *to);

/** "4711 (1)" and "ended", as much as fits. */
void spaces_add_pid(const struct spaces *spaces, size_t column, int cols, struct strbuf *to);

/** How wide a cell or a PID can be at most. */
int spaces_cell_width(const struct spaces *spaces, bool full);

/** The signs, as a legend. */
const char *spaces_legend(void);

/*
 * Views.
 */

void spaces_table_draw(struct spaces_pane *pane, const struct area *area, bool focus);

/** Append a line; its text is taken, and empty after. */
void spaces_lines_add(struct spaces_lines *lines, enum role role, struct strbuf *text);
void spaces_lines_free(struct spaces_lines *lines);

void spaces_tree_lines(const struct spaces *spaces, struct spaces_lines *to);

/** Draw the network for a pane of that width, where it is not drawn already. */
void spaces_network_lines(struct spaces_pane *pane, int cols);

/** Read the selection's details for a pane of that width. Returns whether they are different. */
bool spaces_details_read(struct spaces_pane *pane, int cols);

#endif
