/*
 * What objects of MSVC's kind refer to, and Microsoft's own start-up code
 * has. For tests: the cookie is no secret. Compiled by MinGW's gcc.
 */
#include <stdint.h>
#include <stdlib.h>

extern uintptr_t __security_cookie;
extern int _fltused;
void
__security_check_cookie(uintptr_t cookie);

uintptr_t __security_cookie = 0x2b992ddfa232u;
int _fltused = 0x9875;

void
__security_check_cookie(uintptr_t cookie)
{
    if (cookie != __security_cookie) {
        abort();
    }
}

/* Both touch the pages of a large frame; rax has its size, and keeps it. */
__asm__(".globl __chkstk\n"
        "__chkstk:\n"
        "    jmp ___chkstk_ms\n");
