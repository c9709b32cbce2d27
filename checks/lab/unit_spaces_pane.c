/*
 * lab/screen/spaces_pane.h on made-up processes: what is drawn, and where movements,
 * searches and clicks lead.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/strbuf.h"
#include "lab/screen/spaces_internal.h"
#include "lab/screen/spaces_pane.h"

#include <locale.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAB_INO	    4026531800u
#define SANDBOX_INO 4026532100u
#define NEW_INO	    4026532200u

/* A picture of lab, a sandbox and n processes "proc2" ...; not yet composed. */
static struct spaces *made_up(size_t n)
{
	struct spaces *spaces = spaces_new();

	spaces->running = spaces->alive = true;
	spaces->steps = 1000;
	spaces->lab.column.pid = 100;
	spaces->processes = xcalloc(n + 1, sizeof(spaces->processes[0]));
	spaces->n_processes = n + 1;
	for (uint32_t type = 0; type < NSTYPE_COUNT; type++)
		spaces->lab.ns[type] = spaces->lab.column.cells[type].ino =
			LAB_INO + (uint32_t)nstypes[type].kind;
	for (size_t i = 0; i <= n; i++) {
		struct spaces_process *process = xcalloc(1, sizeof(*process));

		process->ran_fd = process->kids_fd = -1;
		process->column.pid = (pid_t)(4711 + i);
		process->column.inside = (pid_t)(i + 1);
		(void)snprintf(process->column.comm, sizeof(process->column.comm), "proc%zu",
			       i + 1);
		for (uint32_t type = 0; type < NSTYPE_COUNT; type++)
			process->ns[type] = process->column.cells[type].ino =
				process->column.cells[type].first =
					SANDBOX_INO + (uint32_t)nstypes[type].kind;
		spaces->processes[i] = process;
	}
	return spaces;
}

static struct spaces_cell *cell(struct spaces *spaces, size_t process, enum nstype_id type)
{
	return &spaces->processes[process]->column.cells[type];
}

/* A copy derives what is the same and what is shown. Takes the original. */
static struct spaces *composed(struct spaces *spaces)
{
	struct spaces *copy = spaces_copy(spaces);

	spaces_free(spaces);
	return copy;
}

struct stage {
	struct spaces *spaces;
	struct spaces_pane *handle;
	struct pane *pane;
	struct surface surface;
	struct strbuf text;
};

static void begin(struct stage *stage, struct spaces *spaces)
{
	*stage = (struct stage){.spaces = spaces, .text = STRBUF_INIT};
	stage->handle = spaces_pane_new(spaces);
	stage->pane = spaces_pane_pane(stage->handle);
}

static void end(struct stage *stage)
{
	spaces_pane_free(stage->handle);
	spaces_free(stage->spaces);
	surface_free(&stage->surface);
	strbuf_free(&stage->text);
}

static void draw(struct stage *stage, int rows, int cols)
{
	struct area area;
	int row, col;

	surface_size(&stage->surface, rows, cols);
	area = surface_area(&stage->surface);
	stage->pane->ops->draw(stage->pane, &area, true, &row, &col);
}

static const char *row_of(struct stage *stage, int row)
{
	strbuf_reset(&stage->text);
	surface_row_text(&stage->surface, row, &stage->text);
	return stage->text.s;
}

static const char *title_of(struct stage *stage)
{
	strbuf_reset(&stage->text);
	stage->pane->ops->title(stage->pane, &stage->text);
	return stage->text.s;
}

static int role_at(const struct stage *stage, int row, int col)
{
	return stage->surface.cells[row * stage->surface.cols + col].role;
}

/* The first row with a text, or -1. */
static int find_row(struct stage *stage, const char *text)
{
	for (int row = 0; row < stage->surface.rows; row++)
		if (strstr(row_of(stage, row), text))
			return row;
	return -1;
}

static bool move(struct stage *stage, enum move movement)
{
	return stage->pane->ops->move(stage->pane, movement);
}

static void test_empty(void)
{
	struct stage stage;

	begin(&stage, spaces_new());
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 0), "lab"), "lab's own column");
	ok(find_row(&stage, "r runs the program, ! opens a shell") > 0, "how to start");
	is_str(title_of(&stage), "Namespaces", "the plain title");
	end(&stage);
}

static void test_table(void)
{
	struct spaces *spaces = made_up(2);
	struct stage stage;

	cell(spaces, 2, NSTYPE_PID)->ino = cell(spaces, 2, NSTYPE_PID_FOR_CHILDREN)->ino = NEW_INO;
	cell(spaces, 2, NSTYPE_PID)->changed = 990;
	cell(spaces, 2, NSTYPE_NET)->ino = 0;
	begin(&stage, composed(spaces));
	draw(&stage, 10, 78);
	is_str(row_of(&stage, 0),
	       "        lab              sandbox          proc2            proc3", "names");
	is_str(row_of(&stage, 1),
	       " PID    100              4711 (1)         4712 (2)         4713 (3)", "PIDs");
	is_str(row_of(&stage, 6),
	       ">pid    4026531804       4026532104\u2260      4026532104=      4026532200\u2260*",
	       "a row");
	ok(strstr(row_of(&stage, 9), " uts    4026531809"), "the last row");
	ok(strstr(row_of(&stage, 5), "="), "net is the same");
	ok(strstr(row_of(&stage, 5), "?"), "what can't be read is no more than that");
	is_int(role_at(&stage, 6, 43), ROLE_SAME, "the same");
	is_int(role_at(&stage, 6, 60), ROLE_CHANGED, "changed just now");
	is_int(role_at(&stage, 6, 26), ROLE_DIFFERENT, "different");
	is_int(role_at(&stage, 6, 1), ROLE_SELECTED, "the selected row");
	end(&stage);
}

static void test_heights(void)
{
	struct stage stage;

	begin(&stage, composed(made_up(2)));
	draw(&stage, 12, 78);
	is_str(row_of(&stage, 10),
	       "pid: process IDs, and which processes can be seen (pid_namespaces(7))",
	       "what the type is");
	ok(strstr(row_of(&stage, 11), "= as the sandbox"), "the signs");
	draw(&stage, 9, 78);
	ok(strstr(row_of(&stage, 0), "sandbox 4711 (1)"), "name and PID in one row");
	ok(strstr(row_of(&stage, 8), "uts"), "and all types");
	draw(&stage, 8, 78);
	ok(strstr(row_of(&stage, 7), "user"), "a row less");
	ok(move(&stage, MOVE_BOTTOM) && !move(&stage, MOVE_DOWN), "to the end");
	draw(&stage, 8, 78);
	ok(strstr(row_of(&stage, 7), ">uts"), "it has moved into sight");
	for (int rows = 1; rows < 8; rows++)
		for (int cols = 1; cols < 60; cols += 7)
			draw(&stage, rows, cols);
	ok(true, "any size does");
	end(&stage);
}

static void test_pending(void)
{
	struct spaces *spaces = made_up(2);
	struct stage stage;

	cell(spaces, 1, NSTYPE_PID_FOR_CHILDREN)->ino = 0;
	cell(spaces, 2, NSTYPE_TIME_FOR_CHILDREN)->ino = NEW_INO;
	begin(&stage, composed(spaces));
	draw(&stage, 11, 110);
	ok(strstr(row_of(&stage, 6), "4026532104=\u2192new"), "a PID namespace that is to be");
	ok(strstr(row_of(&stage, 7), "4026532106=\u21924026532200"), "another time namespace");
	ok(strstr(row_of(&stage, 10), "4712 itself stays"), "in words");
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 7), "32106=\u219232200"), "in less room");
	end(&stage);
}

static void test_columns(void)
{
	struct stage stage;

	begin(&stage, composed(made_up(10)));
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 6), "\u202632104="), "short inodes where there are many");
	ok(strstr(row_of(&stage, 0), "lab ") && strstr(row_of(&stage, 0), "sandbox"),
	   "lab and the sandbox");
	ok(strstr(row_of(&stage, 0), "proc11"), "and the newest");
	is_str(title_of(&stage), "Namespaces - processes 6-10 of 10", "where we are");
	for (int i = 0; i < 9; i++)
		(void)move(&stage, MOVE_LEFT);
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 0), "proc3") && !strstr(row_of(&stage, 0), "proc11"),
	   "to the left");
	is_int(role_at(&stage, 0, 8 + 2 * 10), ROLE_SELECTED, "the column is marked");
	while (move(&stage, MOVE_LEFT))
		;
	draw(&stage, 10, 78);
	is_int(role_at(&stage, 0, 8), ROLE_SELECTED, "as far as lab");
	end(&stage);
}

static void test_search_and_click(void)
{
	struct stage stage;
	const struct pane_ops *ops;

	begin(&stage, composed(made_up(10)));
	ops = stage.pane->ops;
	draw(&stage, 10, 78);
	ok(ops->search(stage.pane, "PROC4", true) == false, "capitals count");
	ok(ops->search(stage.pane, "proc4", true), "a name");
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 0), "proc4"), "has come into sight");
	ok(ops->search(stage.pane, "uts", true), "a type");
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 9), ">uts"), "is selected");
	ok(ops->search(stage.pane, "4720", false), "a PID, backwards");
	ok(!ops->search(stage.pane, "nowhere", true), "nothing");
	ops->click(stage.pane, 2, 9);
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 2), ">cgroup"), "a click selects a row");
	is_int(role_at(&stage, 0, 8), ROLE_SELECTED, "and a column");
	ops->click(stage.pane, -1, 500);
	ops->click(stage.pane, 500, 500);
	ok(true, "anywhere else it does nothing");
	end(&stage);
}

static void test_after(void)
{
	struct spaces *spaces = made_up(1);
	struct stage stage;

	cell(spaces, 1, NSTYPE_UTS)->ino = NEW_INO;
	cell(spaces, 1, NSTYPE_UTS)->changed = 999;
	spaces->running = spaces->alive = false;
	spaces->processes[0]->column.ended = spaces->processes[1]->column.ended = true;
	begin(&stage, composed(spaces));
	draw(&stage, 10, 78);
	is_str(title_of(&stage), "Namespaces - ended; what was seen", "the title");
	ok(strstr(row_of(&stage, 9), "4026532109\u21924026532200\u2260"), "first and last");
	ok(!strstr(row_of(&stage, 9), "*"), "nothing is just now");
	ok(!strstr(row_of(&stage, 1), "ended"), "nobody in particular has ended");
	draw(&stage, 10, 40);
	ok(strstr(row_of(&stage, 9), "109\u2192200\u2260"), "in less room");
	end(&stage);
}

static void test_pin_and_pause(void)
{
	struct spaces *spaces = composed(made_up(1));
	struct stage stage;

	spaces_pin(spaces);
	cell(spaces, 1, NSTYPE_IPC)->ino = NEW_INO;
	begin(&stage, spaces);
	draw(&stage, 10, 78);
	is_str(title_of(&stage), "Namespaces - pinned", "the title");
	ok(strstr(row_of(&stage, 3), "4026532200") && strstr(row_of(&stage, 3), "^"),
	   "not as pinned");
	spaces_pane_pause(stage.handle);
	ok(spaces_pane_paused(stage.handle), "paused");
	cell(spaces, 1, NSTYPE_IPC)->ino = NEW_INO + 1;
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 3), "4026532200"), "the picture stays");
	is_str(title_of(&stage), "Namespaces - PAUSED - pinned", "the title tells");
	spaces_pane_pause(stage.handle);
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 3), "4026532201"), "it goes on");
	end(&stage);
}

static void relate(struct spaces *spaces, enum nstype_id type, uint32_t ino, uint32_t owner,
		   uint32_t parent)
{
	spaces->namespaces = xreallocarray(spaces->namespaces, spaces->n_namespaces + 1,
					   sizeof(spaces->namespaces[0]));
	spaces->namespaces[spaces->n_namespaces++] =
		(struct spaces_ns){.type = type, .ino = ino, .owner = owner, .parent = parent};
}

static void test_tree(void)
{
	struct spaces *spaces = made_up(2);
	uint32_t lab_user = LAB_INO + NSTYPE_USER, user = SANDBOX_INO + NSTYPE_USER;
	struct stage stage;

	cell(spaces, 2, NSTYPE_PID)->ino = cell(spaces, 2, NSTYPE_PID_FOR_CHILDREN)->ino = NEW_INO;
	cell(spaces, 1, NSTYPE_PID_FOR_CHILDREN)->ino = NEW_INO;
	spaces->n_namespaces = 0;
	relate(spaces, NSTYPE_PID, LAB_INO + NSTYPE_PID, lab_user, 0);
	relate(spaces, NSTYPE_PID, SANDBOX_INO + NSTYPE_PID, user, LAB_INO + NSTYPE_PID);
	relate(spaces, NSTYPE_PID, NEW_INO, user, SANDBOX_INO + NSTYPE_PID);
	relate(spaces, NSTYPE_PID, NEW_INO + 7, user, SANDBOX_INO + NSTYPE_PID);
	relate(spaces, NSTYPE_USER, lab_user, 0, 0);
	relate(spaces, NSTYPE_USER, user, lab_user, lab_user);
	relate(spaces, NSTYPE_UTS, SANDBOX_INO + NSTYPE_UTS, user, 0);
	begin(&stage, composed(spaces));
	spaces_pane_tree(stage.handle);
	draw(&stage, 10, 90);
	is_str(title_of(&stage), "Namespaces: tree", "the title");
	is_str(row_of(&stage, 0), "user 4026531808  lab 100", "the root");
	is_str(row_of(&stage, 1), "\u251c\u2500 pid 4026531804  lab 100", "owned by it");
	is_str(row_of(&stage, 2),
	       "\u2514\u2500 user 4026532108  sandbox 4711, proc2 4712, proc3 4713",
	       "user namespaces last");
	is_str(row_of(&stage, 3),
	       "   \u251c\u2500 pid 4026532104 (in pid 4026531804)  sandbox 4711, proc2 4712",
	       "its parent has another owner");
	is_str(row_of(&stage, 4),
	       "   \u2502  \u2514\u2500 pid 4026532200  for children of proc2 4712, proc3 4713",
	       "nested; who is in it, or will be");
	is_str(row_of(&stage, 5), "   \u2514\u2500 uts 4026532109  all of them", "all the same");
	is_str(row_of(&stage, 6), "", "nothing that nobody is in");
	ok(move(&stage, MOVE_DOWN) && stage.pane->ops->search(stage.pane, "uts", true), "a search");
	draw(&stage, 3, 90);
	ok(strstr(row_of(&stage, 2), "uts"), "scrolls");
	end(&stage);
}

static void test_details(void)
{
	struct stage stage;

	begin(&stage, spaces_new());
	draw(&stage, 10, 78);
	ok(stage.pane->ops->search(stage.pane, "user", true), "the row of user");
	spaces_pane_details(stage.handle);
	draw(&stage, 20, 78);
	is_str(title_of(&stage), "Namespaces: user of lab", "the title");
	is_int(find_row(&stage, "lab"), 0, "lab alone");
	ok(find_row(&stage, "uid map") > 0, "the map");
	ok(find_row(&stage, "=") < 0, "nothing to compare with");
	ok(find_row(&stage, "bounding caps") > 0, "capabilities");
	ok(!spaces_pane_refresh(stage.handle), "read once");
	spaces_pane_details(stage.handle);
	draw(&stage, 10, 78);
	ok(strstr(row_of(&stage, 8), ">user"), "and back");
	end(&stage);
}

#define NETWORK(packets)                                                                           \
	"{\"schema\":\"nslab/net/v1\",\"namespaces\":[{\"name\":\"sandbox\",\"links\":[{\"name\":" \
	"\"veth0\",\"kind\":\"veth\",\"state\":\"no-carrier\",\"addresses\":[\"10.0.0.1/24\"],"    \
	"\"counters\":{\"rx_packets\":" packets ",\"tx_packets\":4}}]}]}"

static void tell(struct stage *stage, const char *json)
{
	spaces_pane_set_network(stage->handle, json, json ? strlen(json) : 0);
	draw(stage, 12, 78);
}

static void test_network(void)
{
	struct stage stage;

	begin(&stage, composed(made_up(1)));
	spaces_pane_network(stage.handle);
	ok(spaces_pane_shows_network(stage.handle), "the network");
	draw(&stage, 12, 78);
	is_str(title_of(&stage), "Namespaces: network", "the title");
	ok(find_row(&stage, "looking at the network") == 0, "nothing is known yet");
	tell(&stage, NETWORK("3"));
	ok(strstr(row_of(&stage, 0), "\u250c\u2500 sandbox \u2500"), "a box");
	ok(strstr(row_of(&stage, 1), "veth0  no carrier  10.0.0.1/24  rx     3 tx     4"),
	   "a link with its packets");
	is_int(role_at(&stage, 1, 4), ROLE_WARN, "that carries nothing");
	tell(&stage, NETWORK("5"));
	ok(strstr(row_of(&stage, 1), "rx     5"), "they move");
	spaces_pane_pause(stage.handle);
	tell(&stage, NETWORK("6"));
	ok(strstr(row_of(&stage, 1), "rx     5"), "but not while it is paused");
	draw(&stage, 12, 50);
	ok(strstr(row_of(&stage, 2), "rx     5"), "narrower: wrapped");
	spaces_pane_pause(stage.handle);
	draw(&stage, 12, 78);
	ok(strstr(row_of(&stage, 1), "rx     6"), "on it goes");
	ok(stage.pane->ops->search(stage.pane, "veth0", true), "a search");
	ok(!stage.pane->ops->move(stage.pane, MOVE_RIGHT), "there are no columns");
	tell(&stage, "rubbish");
	ok(find_row(&stage, "no JSON") == 0, "what can't be read is said");
	tell(&stage, NULL);
	ok(find_row(&stage, "looking at the network") == 0, "a new run");
	spaces_pane_network(stage.handle);
	draw(&stage, 12, 78);
	ok(find_row(&stage, "sandbox") == 0 && !spaces_pane_shows_network(stage.handle),
	   "and back to the table");
	end(&stage);
}

/* The locale is decided once, so this is another process. */
static bool ascii_does(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct spaces *spaces = made_up(1);
		struct stage stage;
		bool fine;

		(void)setlocale(LC_ALL, "C");
		cell(spaces, 1, NSTYPE_PID_FOR_CHILDREN)->ino = 0;
		begin(&stage, composed(spaces));
		draw(&stage, 12, 78);
		fine = strstr(row_of(&stage, 6), "4026532104!=") &&
		       strstr(row_of(&stage, 6), "4026532104=->new") &&
		       strstr(row_of(&stage, 11), "!= different");
		for (int row = 0; row < 12; row++)
			for (const char *c = row_of(&stage, row); *c; c++)
				fine = fine && (unsigned char)*c < 0x80;
		end(&stage);
		_exit(fine ? 0 : 1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
	ok(ascii_does(), "signs in ASCII");
	if (!setlocale(LC_ALL, "C.UTF-8")) {
		unit_skip("there is no C.UTF-8");
		return unit_done();
	}
	test_empty();
	test_table();
	test_heights();
	test_pending();
	test_columns();
	test_search_and_click();
	test_after();
	test_pin_and_pause();
	test_tree();
	test_details();
	test_network();
	return unit_done();
}
