/* SPDX-License-Identifier: MIT */
/* What stands between Leat and a program of the user that it runs: started in between, it makes the
 * program end with Leat whatever becomes of either, and keeps the terminal's Ctrl-C from it, which
 * is meant for Leat. Then it becomes the program. */
#ifndef LEAT_APP_EXTERNAL_CHILD_H
#define LEAT_APP_EXTERNAL_CHILD_H

/* `arguments`: the number of the process that it is to end with, the program, and what that is
 * given; NULL-terminated. Returns an exit status when the program could not be run, having said so
 * on stderr. The thread that started it must live as long as it is wanted: to the kernel that
 * thread is the parent. */
int leat_external_child_main(char **arguments);

#endif
