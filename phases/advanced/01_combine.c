/*
 * Six namespaces without privilege
 *
 * Goal:   As an ordinary user, run CMD as root of a new user namespace that
 *         owns five more: PID, network, mount, UTS and IPC. It has a /proc of
 *         its own, the host name "combined", and lo is up.
 * Man:    clone(2) user_namespaces(7) sethostname(2) netdevice(7) mount(2)
 * Run:    combine [CMD [ARG...]]
 * Expect: "combine sh -c 'hostname; id -u; ps -e'" prints combined, 0 and two
 *         processes.
 * Read:   docs/advanced/01_combine.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h> /* struct clone_args, CLONE_NEWUSER ... */
#include <net/if.h>	 /* struct ifreq, IFF_UP */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "open %s", path);
	if (write(fd, text, strlen(text)) < 0)
		err(1, "write \"%s\" to %s", text, path);
	close(fd);
}

static void furnish(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		err(1, "flags of lo");
	/* TODO(3): lo up, then the name; see netdevice(7), sethostname(2) */
	errx(42, "TODO(3): lo is down, and there is no name yet");
	/* END(3) */
	close(fd);

	/* proc shows the PID namespace of whoever mounts it: by now the new. */
	/* TODO(4): mount proc where outside can't see it; see mount(2) */
	errx(42, "TODO(4): /proc is outside's");
	/* END(4) */
}

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("bash", "bash", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "bash");
}

int main(int argc, char *argv[])
{
	const char *setgroups = "";
	char uid_map[40] = "", gid_map[40] = "";
	pid_t child = -1;
	int status;

	/* As in user/root: who you are outside is root inside. */
	/* TODO(1): what the three files are to say; user_namespaces(7) */
	errx(42, "TODO(1): nobody is mapped yet");
	/* END(1) */

	/*
	 * Among the flags of one call the user namespace comes first, whatever
	 * their order. It owns the others, and in it the child has the
	 * capabilities that they ask for.
	 */
	/* TODO(2): make the child in all six with one call; see clone(2) */
	errx(42, "TODO(2): there is no child yet");
	/* END(2) */
	if (child == 0) {
		write_file("/proc/self/setgroups", setgroups);
		write_file("/proc/self/uid_map", uid_map);
		write_file("/proc/self/gid_map", gid_map);
		furnish();
		run(argv + (argc > 0));
	}
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
