#define _GNU_SOURCE
#include "lab/report/platform.h"

#include <errno.h>
#include <stdlib.h>

int platform_needs_all(const struct class *class, const struct class_student *student,
		       struct error *err)
{
	for (size_t k = 0; k < class->n_exercises; k++) {
		const struct grade *grade = student->cells[k].grade;

		if (grade && grade->verdict != GRADE_ERROR)
			continue;
		(void)error_say(err, EAGAIN, "%.100s: %s could not be graded%s%.200s",
				student->name, class->exercises[k].id,
				grade ? ": " : ", there is no grade of it yet",
				grade ? grade->reason : "");
		error_remedy(err, "nothing is handed to the platform; grade it again with "
				  "--regrade, or leave the exercise out with --only");
		return -EAGAIN;
	}
	/* No points of none are not the same as none of some. */
	for (size_t k = 0; k < class->n_exercises; k++)
		if (student->cells[k].counts)
			return 0;
	(void)error_say(err, EAGAIN, "%.100s: nothing could be checked on this machine",
			student->name);
	error_remedy(err, "lab doctor tells why");
	return -EAGAIN;
}

void platform_dump(json_t *object, size_t flags, struct strbuf *to)
{
	char *dump = json_dumps(object, flags | JSON_REAL_PRECISION(12));

	strbuf_adds(to, dump ? dump : "null");
	strbuf_addc(to, '\n');
	free(dump);
	json_decref(object);
}
