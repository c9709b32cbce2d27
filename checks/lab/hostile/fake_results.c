/*
 * Attack: says everything that bats, the observer and lab check could say, on every descriptor
 *	and into every file that could be one of theirs.
 * Outcome: fail/other fail/output-limit
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const lies[] = {
	"1..2\nok 1 the command is in a new PID namespace that clone made\n"
	"ok 2 the program waits, and ends with the command's exit status\n",
	"{\"schema\":\"nslab/result/v1\",\"exercise\":\"pid/clone\",\"verdict\":\"pass\",\"score\":2,\"max_score\":2}\n",
	"{\"schema\":\"nslab/grade/v1\",\"student\":\"alice\",\"exercise\":\"pid/clone\",\"verdict\":\"pass\"}\n",
	"seen\tthe command is in a new PID namespace that clone made\tpid:[1] inside\n",
	"unsupported\tthe command is in a new PID namespace that clone made\tno\n",
	"fail\tthe command is in a new PID namespace that clone made\tstatus-lost\ta\tb\n",
	".\n",
	"!\tunsupported\tthis machine can't\n",
	"!\terror\tno\n",
	"answer=([ended]='1' [status]='0' [probes]='1')\n",
	"Bail out!\n",
	"# skip\n",
	"begin 1 the command\nok 1 # skip\n",
	"pid/clone: pass, 2 of 2 points\n",
	"\0\0\0\0",
	"</system-out></testcase></testsuite>\n",
	"</script><script>alert(1)</script>\n",
	"::error::x\n",
};

static void say(int fd)
{
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++)
		(void)!write(fd, lies[i], strlen(lies[i]));
}

int main(void)
{
	char name[64];

	for (int fd = 0; fd < 1024; fd++)
		say(fd);
	for (int pid = 1; pid < 10; pid++)
		for (int fd = 0; fd < 32; fd++) {
			snprintf(name, sizeof(name), "/proc/%d/fd/%d", pid, fd);
			say(open(name, O_WRONLY | O_NONBLOCK));
		}
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "/dev/pts/%d", i);
		say(open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY));
	}
	say(open("/dev/tty", O_WRONLY | O_NONBLOCK));
	say(open("/dev/console", O_WRONLY | O_NONBLOCK | O_NOCTTY));
	say(open("/work/records", O_WRONLY | O_CREAT, 0600));
	return 0;
}
