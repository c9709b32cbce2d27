/*
 * Attack: prints what a terminal obeys and what a report could be broken by.
 * Outcome: fail/other
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	static const char *const texts[] = {
		"\033]0;title\a",
		"\033[2J\033[H",
		"\033[31mred\033[6n",
		"\033P+q544e\033\\",
		"\033]52;c;eA==\a",
		"\033[?1049h",
		"\033c",
		"\x9b"
		"31m",
		"\xc2\x9b"
		"31m",
		"a\b\b\rb",
		"\v\f\016\017",
		"\xff\xfe\xc0\x80\xed\xa0\x80",
		"\xe2\x80\xae"
		"right to left",
		"\xe2\x81\xa6\xe2\x80\x8f",
		"\xef\xbb\xbf",
		"]]>&<!--",
		"%s%n%x",
		"${jndi:x}",
		"$(reboot)",
		"`reboot`",
	};

	for (int fd = 1; fd < 3; fd++) {
		(void)!write(fd, "\0\0\0", 3);
		for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
			(void)!write(fd, texts[i], strlen(texts[i]));
			(void)!write(fd, "\n", 1);
		}
		for (int i = 0; i < 5000; i++)
			(void)!write(fd, "a\xcc\x81\xcc\x81\xcc\x81", 7);
	}
	return 1;
}
