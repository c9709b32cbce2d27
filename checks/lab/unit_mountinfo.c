/*
 * mountinfo: every tag, every escape, mounts on mounts, and what is no mountinfo.
 */
#include "checks/lab/unit.h"
#include "common/mountinfo.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

static const char whole[] =
	"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	"23 22 0:21 / /proc rw,nosuid shared:2 master:3 propagate_from:4 - proc proc rw\n"
	"24 22 0:4 net:[4026532300] /run/netns/a\\040b rw shared:5 - nsfs nsfs rw\n"
	"25 22 0:30 /sub /mnt rw master:7 - fuse.sshfs user@host:/x\\011y rw,user_id=0\n"
	"26 25 0:31 / /mnt rw unbindable - tmpfs none rw,size=4k mode=755\n"
	"27 22 0:32 / /mnt2 rw future:9 - tmpfs  rw\n";

static void fields(const struct mountinfo *info)
{
	const struct mount *mount = info->mounts;

	is_int((long long)info->n, 6, "six mounts");
	ok(mount[0].id == 22 && mount[0].parent == 1 && mount[0].dev == makedev(8, 1),
	   "ids and device");
	is_str(mount[0].options, "rw,relatime", "options");
	is_str(mount[0].type, "ext4", "type");
	is_str(mount[0].source, "/dev/sda1", "source");
	is_str(mount[0].super_options, "rw", "options of the file system");
	ok(mount[1].shared == 2 && mount[1].master == 3 && mount[1].propagate_from == 4,
	   "all peer group tags");
	is_str(mount[2].root, "net:[4026532300]", "a namespace's root");
	is_str(mount[2].point, "/run/netns/a b", "a blank in a path");
	is_str(mount[3].source, "user@host:/x\ty", "a tab in a source");
	is_str(mount[3].type, "fuse.sshfs", "a type with a subtype");
	is_str(mount[4].super_options, "rw,size=4k mode=755", "options with a blank");
	is_str(mount[5].source, "", "an empty source");
	ok(!mount[5].shared && !mount[5].master, "an unknown tag is skipped");
}

static void propagation(const struct mountinfo *info)
{
	static const char *const want[] = {"shared", "shared slave", "shared",
					   "slave",  "unbindable",   "private"};

	for (size_t i = 0; i < info->n; i++)
		is_str(mount_propagation(&info->mounts[i]), want[i], "mount %zu is %s", i, want[i]);
}

static int id_of(const struct mount *mount)
{
	return mount ? mount->id : -1;
}

static void lookups(const struct mountinfo *info)
{
	is_int(id_of(mountinfo_at(info, "/proc")), 23, "at a point");
	is_int(id_of(mountinfo_at(info, "/mnt")), 26, "the topmost of two");
	is_int(id_of(mountinfo_at(info, "/proc/1")), -1, "none at a path below");
	is_int(id_of(mountinfo_of(info, "/proc/1/ns")), 23, "the mount a path is on");
	is_int(id_of(mountinfo_of(info, "/mnt/x")), 26, "the topmost of two, below it");
	is_int(id_of(mountinfo_of(info, "/mnt2")), 27, "not that of a shorter name");
	is_int(id_of(mountinfo_of(info, "/mnt22")), 22, "nor of the start of one");
	is_int(id_of(mountinfo_of(info, "/")), 22, "the root");
	is_int(id_of(mountinfo_of(info, "relative")), -1, "no mount for what is no path");
}

static void escapes(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"\\040\\011\\012\\134\\043", " \t\n\\#"},
		{"\\134040", "\\040"}, /* once only */
		{"\\303\\244", "\303\244"},
		{"\\4", "\\4"},
		{"\\04", "\\04"},
		{"\\", "\\"},
		{"\\400", "\\400"}, /* no byte */
		{"\\08x", "\\08x"},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = strdup(rows[i].in);

		mountinfo_unescape(text);
		is_str(text, rows[i].out, "unescaped: %s", rows[i].in);
		free(text);
	}
}

static const char *const bad[] = {
	"\n",
	"22\n",
	"22 1 8:1 / /\n",
	"22 1 8:1 / / rw\n",
	"22 1 8:1 / / rw shared:1\n",
	"22 1 8:1 / / rw -\n",
	"22 1 8:1 / / rw - ext4\n",
	"22 1 8:1 / / rw - ext4 /dev/sda1\n",
	"22 1 8:1 / / rw -  src rw\n", /* no type */
	"22 1 8:1  / rw - ext4 src rw\n",
	"x 1 8:1 / / rw - ext4 src rw\n",
	"22 -1 8:1 / / rw - ext4 src rw\n",
	"22 1 8 / / rw - ext4 src rw\n",
	"22 1 8: / / rw - ext4 src rw\n",
	"22 1 :1 / / rw - ext4 src rw\n",
	"22 1 8:1:2 / / rw - ext4 src rw\n",
	"22 1 8:4294967296 / / rw - ext4 src rw\n",
	"99999999999 1 8:1 / / rw - ext4 src rw\n",
	"22 1 8:1 / / rw shared: - ext4 src rw\n",
	"22 1 8:1 / / rw shared:x - ext4 src rw\n",
	"22 1 8:1 / / rw master:1x - ext4 src rw\n",
	"22 1 8:1 / / rw - ext4 src rw", /* no end */
	"22 1 8:1 / / rw - ext4 src rw\n23",
};

static void refused(void)
{
	struct mountinfo info = {.n = 77};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_int(mountinfo_parse(bad[i], &info), -EBADMSG, "refused: \"%s\"", bad[i]);
	is_int((long long)info.n, 77, "what is refused leaves the answer untouched");
}

/* At the end of a line it is a shorter list, everywhere else it is damaged. */
static void cut_off(void)
{
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char *part = strndup(whole, len);
		int want = !len || whole[len - 1] == '\n' ? 0 : -EBADMSG;
		struct mountinfo info;
		int r = mountinfo_parse(part, &info);

		if (r != want)
			is_int(r, want, "cut off after %zu bytes", len);
		if (r == 0)
			mountinfo_free(&info);
		free(part);
	}
}

int main(void)
{
	struct mountinfo info;

	if (!is_int(mountinfo_parse(whole, &info), 0, "a whole file"))
		return unit_done();
	fields(&info);
	propagation(&info);
	lookups(&info);
	mountinfo_free(&info);
	ok(!info.n && !info.mounts, "freed and empty");
	escapes();
	refused();
	cut_off();
	return unit_done();
}
