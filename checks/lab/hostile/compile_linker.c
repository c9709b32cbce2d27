/*
 * Attack: sections and symbols that a linker or a loader could stumble over: another
 *	interpreter, a main that is no function, an alias of itself.
 * Outcome: fail/does-not-compile fail/not-executed fail/crashed fail/other
 */
__asm__(".section .interp,\"a\"\n.asciz \"@HOME@/secret-0644\"\n.text");
__asm__(".symver main,main@@@EVIL_1");
__asm__(".section .note.GNU-stack,\"wx\",@progbits\n.zero 64\n.text");

const char main[] = { '\xcc', '\xcc' };
