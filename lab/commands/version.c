#include "lab/command.h"

#include <stdio.h>

int cmd_version(struct lab *lab, const struct args *args)
{
	(void)args;
	(void)puts("lab " LAB_VERSION);
	if (lab->course)
		(void)printf("course %s\n", lab->course);
	if (lab->work)
		(void)printf("work   %s\n", lab->work);
	return LAB_PASS;
}
