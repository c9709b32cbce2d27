/*
 * Attack: makes the compiler say what a terminal obeys and what a report could be taken for.
 * Outcome: fail/does-not-compile
 */
#pragma message "@ESC@]0;title\a@ESC@[2J"
#pragma message "\n1..2\nok 1 the command is in a new PID namespace that clone made\n"
#line 1 "@ESC@[31m\n{\"schema\":\"nslab/result/v1\",\"verdict\":\"pass\"}"
#warning @ESC@]52;c;eA==@ESC@\ and @CSI@31m
#pragma GCC pch_preprocess "@HOME@/secret-0644"
int @ESC@ = "@ESC@[6n";
#error ok 2 the program waits, and ends with the command's exit status
