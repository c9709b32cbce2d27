#define _GNU_SOURCE
#include "lab/report/format.h"

#include <string.h>

const struct format formats[] = {
	{"pretty", ".txt", RESULTS_BRIEF, format_pretty, NULL},
	{"json", ".json", RESULTS_FULL, format_json, NULL},
	{"jsonl", ".jsonl", RESULTS_FULL, format_jsonl, NULL},
	{"junit", ".xml", RESULTS_FULL, format_junit, NULL},
	{"tap", ".tap", RESULTS_FULL, format_tap, NULL},
	{"csv", ".csv", RESULTS_BRIEF, format_csv, NULL},
	{"html", ".html", RESULTS_FULL, format_html, NULL},
	{"gradescope", ".json", RESULTS_FULL, NULL, format_gradescope},
	{"classroom50", ".json", RESULTS_BRIEF, NULL, format_classroom50},
	{"autolab", ".txt", RESULTS_FULL, NULL, format_autolab},
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
