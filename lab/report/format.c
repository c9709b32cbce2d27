#define _GNU_SOURCE
#include "lab/report/format.h"

#include <string.h>

const struct format formats[] = {
	{"pretty", ".txt", format_pretty, NULL},
	{"json", ".json", format_json, NULL},
	{"jsonl", ".jsonl", format_jsonl, NULL},
	{"junit", ".xml", format_junit, NULL},
	{"tap", ".tap", format_tap, NULL},
	{"csv", ".csv", format_csv, NULL},
	{"html", ".html", format_html, NULL},
	{"gradescope", ".json", NULL, format_gradescope},
	{"classroom50", ".json", NULL, format_classroom50},
	{"autolab", ".txt", NULL, format_autolab},
	{.name = NULL},
};

const char *const format_names[] = {"pretty", "json",	    "jsonl",	   "junit",   "tap", "csv",
				    "html",   "gradescope", "classroom50", "autolab", NULL};

const struct format *format_find(const char *name)
{
	for (const struct format *format = formats; format->name; format++)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}
