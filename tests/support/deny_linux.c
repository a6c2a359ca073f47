/*
 * deny_linux.h with a seccomp filter.
 */
#define _GNU_SOURCE

#include "deny_linux.h"

#include <endian.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#define RULES_MAX      16
#define STEPS_PER_RULE 6

/* Where the low half of an argument lies. */
static uint32_t
argument_at(int argument)
{
    const size_t at = offsetof(struct seccomp_data, args) +
                      (size_t)argument * sizeof(uint64_t);

    return (uint32_t)(at + (BYTE_ORDER == BIG_ENDIAN ? 4u : 0u));
}

bool
deny_system_calls(const deny_rule *rules, size_t count)
{
    struct sock_filter steps[RULES_MAX * STEPS_PER_RULE + 1];
    struct sock_fprog program = { 0, steps };
    size_t n = 0;

    if (count > RULES_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const deny_rule *rule = &rules[i];
        const uint32_t verdict =
            rule->error == DENY_KILL
                ? SECCOMP_RET_KILL_PROCESS
                : SECCOMP_RET_ERRNO | (uint32_t)rule->error;
        const bool looks = rule->argument != DENY_ANY;

        steps[n++] = (struct sock_filter)BPF_STMT(
            BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
        steps[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                  (uint32_t)rule->number, 0,
                                                  looks ? 4 : 1);
        if (looks) {
            steps[n++] = (struct sock_filter)BPF_STMT(
                BPF_LD | BPF_W | BPF_ABS, argument_at(rule->argument));
            steps[n++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K,
                                                      rule->mask);
            steps[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                      rule->value, 0, 1);
        }
        steps[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict);
    }
    steps[n++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program.len = (unsigned short)n;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
