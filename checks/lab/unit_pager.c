/*
 * lab/screen/pager.h on a surface without a terminal: what is drawn, and where
 * movements, searches and a new width lead.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/strbuf.h"
#include "lab/screen/pager.h"

#include <locale.h>
#include <sys/wait.h>
#include <unistd.h>

struct stage {
	struct pager *pager;
	struct pane *pane;
	struct surface surface;
	struct strbuf text;
};

static void begin(struct stage *stage)
{
	*stage = (struct stage){.text = STRBUF_INIT};
	stage->pager = pager_new("lesson");
	stage->pane = pager_pane(stage->pager);
}

static void end(struct stage *stage)
{
	pager_free(stage->pager);
	surface_free(&stage->surface);
	strbuf_free(&stage->text);
}

/* The rows of the pane as text, each with a newline. */
static const char *drawn(struct stage *stage, int rows, int cols)
{
	struct area area;
	int row = -1, col = 0;

	surface_size(&stage->surface, rows, cols);
	area = surface_area(&stage->surface);
	stage->pane->ops->draw(stage->pane, &area, true, &row, &col);
	strbuf_reset(&stage->text);
	for (int i = 0; i < rows; i++) {
		surface_row_text(&stage->surface, i, &stage->text);
		strbuf_addc(&stage->text, '\n');
	}
	return stage->text.s;
}

static const char *title(struct stage *stage)
{
	strbuf_reset(&stage->text);
	stage->pane->ops->title(stage->pane, &stage->text);
	return stage->text.s;
}

static bool move(struct stage *stage, enum move where)
{
	return stage->pane->ops->move(stage->pane, where);
}

static bool search(struct stage *stage, const char *text, bool forwards)
{
	return stage->pane->ops->search(stage->pane, text, forwards);
}

/* A letter for the role of each cell of a row. */
static const char *roles(struct stage *stage, int row)
{
	static const char letters[ROLE_COUNT] = {
		[ROLE_TEXT] = '.',    [ROLE_DIM] = 'd',	 [ROLE_BOLD] = 'b',  [ROLE_CODE] = 'c',
		[ROLE_HEADING] = 'h', [ROLE_LINK] = 'l', [ROLE_MATCH] = 'M', [ROLE_SELECTED] = 'S',
	};

	strbuf_reset(&stage->text);
	for (int col = 0; col < stage->surface.cols; col++) {
		const struct cell *cell = &stage->surface.cells[row * stage->surface.cols + col];

		strbuf_addc(&stage->text, letters[cell->role] ? letters[cell->role] : '?');
	}
	return stage->text.s;
}

static const char lesson[] = "# Title\n\n"
			     "## The task\n\n"
			     "Write a program that makes one child.\n\n"
			     "- wait for it\n"
			     "- hand on its `status`\n\n"
			     "## Try it\n\n"
			     "```console\n"
			     "$ unshare --pid --fork sh -c 'echo $$'\n"
			     "1\n"
			     "```\n\n"
			     "It is **the first** one.\n";

static void test_draw(void)
{
	struct stage stage;

	begin(&stage);
	is_str(drawn(&stage, 2, 10), "\n\n", "before there is a text nothing is drawn");
	is_str(title(&stage), "lesson", "and the title is the pane's name");
	ok(!move(&stage, MOVE_DOWN) && !search(&stage, "x", true), "there is nowhere to go");
	pager_markdown(stage.pager, "pid/clone: First", lesson);
	is_str(title(&stage), "pid/clone: First", "the title");
	is_str(drawn(&stage, 16, 30),
	       "Title\n\nThe task\nWrite a program that makes one\nchild.\n\n- wait for it\n"
	       "- hand on its status\n\nTry it\n  $ unshare --pid --fork sh -\xe2\x80\xa6\n  1\n\n"
	       "It is the first one.\n\n\n",
	       "a lesson");
	is_str(roles(&stage, 2), "hhhhhhhh......................", "a heading has its role");
	is_str(roles(&stage, 7), "dd............cccccc..........", "code in a sentence");
	is_str(roles(&stage, 13), "......bbbbbbbbb...............", "bold");
	is_str(drawn(&stage, 3, 1), "T\ni\nt\n", "the narrowest pane");
	is_str(drawn(&stage, 0, 0), "", "a pane of nothing");
	end(&stage);
}

static void extent_is(struct stage *stage, int top, int seen, int total, const char *name)
{
	int at = -1, rows = -1, all = -1;

	stage->pane->ops->extent(stage->pane, &at, &rows, &all);
	ok(at == top && rows == seen && all == total, "%s: %d %d %d", name, at, rows, all);
}

static void test_move(void)
{
	struct stage stage;

	begin(&stage);
	pager_text(stage.pager, "t", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
	ok(move(&stage, MOVE_DOWN), "moving works before the first draw");
	is_str(drawn(&stage, 4, 10), "2\n3\n4\n5\n", "a line down");
	ok(move(&stage, MOVE_PAGE_DOWN), "a page down");
	is_str(drawn(&stage, 4, 10), "5\n6\n7\n8\n", "keeps one line");
	extent_is(&stage, 4, 4, 10, "the extent");
	ok(move(&stage, MOVE_HALF_DOWN), "half a page");
	is_str(drawn(&stage, 4, 10), "7\n8\n9\n10\n", "to the end");
	ok(!move(&stage, MOVE_DOWN) && !move(&stage, MOVE_PAGE_DOWN) && !move(&stage, MOVE_BOTTOM),
	   "there is no more");
	ok(move(&stage, MOVE_HALF_UP) && move(&stage, MOVE_UP), "up");
	is_str(drawn(&stage, 4, 10), "4\n5\n6\n7\n", "up by three");
	ok(move(&stage, MOVE_TOP) && !move(&stage, MOVE_UP) && !move(&stage, MOVE_PAGE_UP),
	   "the top");
	ok(move(&stage, MOVE_BOTTOM), "the bottom");
	is_str(drawn(&stage, 4, 10), "7\n8\n9\n10\n", "the last lines");
	is_str(drawn(&stage, 6, 10), "5\n6\n7\n8\n9\n10\n", "more rows show more");
	is_str(drawn(&stage, 4, 10), "7\n8\n9\n10\n", "and fewer the place again");
	ok(!move(&stage, MOVE_LEFT) && !move(&stage, MOVE_RIGHT), "nothing is wider than the pane");
	pager_text(stage.pager, "t", "a\n");
	is_str(drawn(&stage, 2, 10), "a\n\n", "another text begins at its top");
	ok(!move(&stage, MOVE_BOTTOM), "all of it is seen");
	end(&stage);
}

static void test_side(void)
{
	struct stage stage;

	begin(&stage);
	pager_markdown(stage.pager, "t", "text\n\n```\n0123456789abcdef\nshort\n```\n");
	is_str(drawn(&stage, 4, 12), "text\n\n  012345678\xe2\x80\xa6\n  short\n",
	       "code is cut at the edge");
	ok(move(&stage, MOVE_RIGHT), "to the right");
	is_str(drawn(&stage, 4, 12),
	       "text\n\n\xe2\x80\xa6"
	       "56789abcdef\n\xe2\x80\xa6\n",
	       "code moves, text does not");
	ok(!move(&stage, MOVE_RIGHT), "no further than its end");
	ok(move(&stage, MOVE_LEFT) && !move(&stage, MOVE_LEFT), "back");
	ok(search(&stage, "cdef", true), "a match out of sight to the right");
	is_str(drawn(&stage, 3, 12),
	       "text\n\n\xe2\x80\xa6"
	       "56789abcdef\n",
	       "comes into sight");
	is_str(roles(&stage, 2), "dcccccccSSSS", "and is marked");
	ok(search(&stage, "short", true), "another one to the left");
	is_str(drawn(&stage, 4, 12), "text\n\n  012345678\xe2\x80\xa6\n  short\n", "too");
	end(&stage);
}

static void test_width(void)
{
	struct stage stage;
	int top;

	begin(&stage);
	pager_markdown(stage.pager, "t",
		       "one two three four five six seven eight nine ten eleven twelve\n\n"
		       "## Heading\n\na b c d e f g h i j k l m n o p q r s t\n");
	is_str(drawn(&stage, 3, 10), "one two\nthree four\nfive six\n", "a narrow pane");
	ok(move(&stage, MOVE_PAGE_DOWN), "down");
	is_str(drawn(&stage, 3, 10), "five six\nseven\neight nine\n", "in a paragraph");
	is_str(drawn(&stage, 3, 24),
	       "one two three four five\nsix seven eight nine ten\n"
	       "eleven twelve\n",
	       "a wider pane shows the same words");
	is_str(drawn(&stage, 3, 10), "five six\nseven\neight nine\n", "the narrow one again");
	ok(pager_goto(stage.pager, "heading"), "to the heading");
	is_str(drawn(&stage, 2, 10), "Heading\na b c d e\n", "is at the top");
	top = pager_top(stage.pager);
	is_str(drawn(&stage, 2, 30), "Heading\na b c d e f g h i j k l m n o\n", "at every width");
	pager_markdown(stage.pager, "t",
		       "one two three four five six seven eight nine ten eleven twelve\n\n"
		       "## Heading\n\na b c d e f g h i j k l m n o p q r s t\n");
	pager_set_top(stage.pager, top);
	is_str(drawn(&stage, 2, 20), "Heading\na b c d e f g h i j\n", "in the next session, too");
	pager_set_top(stage.pager, -5);
	is_str(drawn(&stage, 1, 10), "one two\n", "an odd place is the top");
	pager_set_top(stage.pager, 1 << 30);
	ok(strstr(drawn(&stage, 2, 10), "t\n"), "or the end");
	end(&stage);
}

static void test_goto(void)
{
	struct stage stage;

	begin(&stage);
	ok(!pager_goto(stage.pager, "x"), "nothing is in an empty pager");
	pager_markdown(stage.pager, "t", lesson);
	ok(pager_goto(stage.pager, "try it"), "a heading, before the first draw");
	is_str(drawn(&stage, 2, 40), "Try it\n  $ unshare --pid --fork sh -c 'echo $$'\n",
	       "is there");
	ok(pager_goto(stage.pager, "hand on"), "a line");
	is_str(drawn(&stage, 1, 40), "- hand on its status\n", "is there");
	ok(!pager_goto(stage.pager, "Try It"), "capitals count");
	ok(!pager_goto(stage.pager, ""), "the empty text is nowhere");
	pager_text(stage.pager, "t", "a\nb b b b b needle\nc\n");
	ok(pager_goto(stage.pager, "needle"), "in a line that is broken");
	is_str(drawn(&stage, 1, 12), "b b b b b\n", "its place");
	end(&stage);
}

static void test_search(void)
{
	struct stage stage;

	begin(&stage);
	pager_text(stage.pager, "t", "One\ntwo\none\nfour\nfive\nONE one\nseven\n");
	(void)drawn(&stage, 3, 12);
	ok(search(&stage, "one", true), "the first");
	is_str(title(&stage), "t /one 1 of 4", "how many there are");
	is_str(drawn(&stage, 3, 12), "One\ntwo\none\n", "what is in sight stays where it is");
	is_str(roles(&stage, 0), "SSS.........", "the current match is marked");
	is_str(roles(&stage, 2), "MMM.........", "and the others");
	ok(search(&stage, "one", true) && search(&stage, "one", true), "on to the third");
	is_str(drawn(&stage, 3, 12), "five\nONE one\nseven\n", "it comes into sight");
	is_str(roles(&stage, 1), "SSS.MMM.....", "two on a line");
	ok(search(&stage, "one", true) && search(&stage, "one", true), "past the last");
	is_str(title(&stage), "t /one 1 of 4", "it begins again");
	ok(search(&stage, "one", false), "backwards");
	is_str(title(&stage), "t /one 4 of 4", "to the last");
	ok(move(&stage, MOVE_TOP), "moving away");
	ok(search(&stage, "one", true), "and on");
	is_str(title(&stage), "t /one 1 of 4", "goes on from there");
	ok(search(&stage, "ONE", true), "with capitals");
	is_str(title(&stage), "t /ONE 1 of 1", "case counts");
	ok(!search(&stage, "nowhere", true), "what is nowhere");
	is_str(title(&stage), "t", "is no search");
	ok(search(&stage, "two", true), "again");
	ok(!search(&stage, NULL, true), "NULL ends it");
	(void)drawn(&stage, 7, 12);
	is_str(roles(&stage, 1), "............", "no mark stays");
	end(&stage);
}

static void test_search_wrapped(void)
{
	struct stage stage;

	begin(&stage);
	pager_markdown(stage.pager, "t",
		       "one two three four five\n\n| k | what |\n|---|---|\n| a | b c d e f g |\n");
	(void)drawn(&stage, 4, 9);
	ok(search(&stage, "two three", true), "a match may be broken");
	is_str(drawn(&stage, 2, 9), "one two\nthree\n", "into two lines");
	is_str(roles(&stage, 0), "....SSS..", "the first half is marked");
	is_str(roles(&stage, 1), "SSSSS....", "and the second");
	ok(!search(&stage, "five k", true), "but it is in one paragraph");
	ok(search(&stage, "f g", true), "in a cell of a table");
	is_str(drawn(&stage, 2, 9), "a  b c d\n   e f g\n", "its line comes into sight");
	(void)drawn(&stage, 9, 30);
	is_str(roles(&stage, 4), "...........SSS................", "and is marked at every width");
	end(&stage);
}

/* What a locale can show is asked for once, so this is another process. */
static bool ascii_does(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct stage stage;
		bool fine;

		(void)setlocale(LC_ALL, "C");
		begin(&stage);
		pager_markdown(stage.pager, "t",
			       "> \xe2\x80\x9cquoted\xe2\x80\x9d \xe2\x80\xa6\n\n---\n\n"
			       "```\n0123456789\n```\n");
		fine = strcmp(drawn(&stage, 5, 10), "| \"quoted\"\n| ...\n\n----------\n\n") == 0;
		(void)drawn(&stage, 4, 8);
		(void)move(&stage, MOVE_BOTTOM);
		fine = fine && strstr(drawn(&stage, 4, 8), "  01234~\n");
		end(&stage);
		_exit(fine ? 0 : 1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
	ok(ascii_does(), "signs in ASCII");
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		unit_skip("there is no C.UTF-8");
		return unit_done();
	}
	test_draw();
	test_move();
	test_side();
	test_width();
	test_goto();
	test_search();
	test_search_wrapped();
	return unit_done();
}
