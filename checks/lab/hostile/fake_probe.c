/*
 * Attack: a copy of the command in a new PID namespace, called what the command is called,
 *	while the command itself runs outside.
 * Outcome: fail/no-new-pid-namespace fail/other
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int in = open(argv[1], O_RDONLY), out = open("/work/copy", O_WRONLY | O_CREAT, 0755);
	struct stat st;

	(void)argc;
	fstat(in, &st);
	(void)!sendfile(out, in, NULL, st.st_size);
	close(out);
	rename("/work/copy", argv[1]);
	mount("/work/copy", argv[1], NULL, MS_BIND, NULL);
	if (fork() == 0) {
		unshare(CLONE_NEWPID);
		if (fork() == 0) {
			prctl(PR_SET_NAME, "waiting");
			execv("/work/copy", argv + 1);
			pause();
		}
		pause();
	}
	if (fork() == 0)
		execv(argv[1], argv + 1);
	wait(NULL);
	return 0;
}
