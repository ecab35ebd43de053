/* SPDX-License-Identifier: MIT */
/* What an executor and a worker process say to one another, over a pair of SOCK_SEQPACKET sockets:
 * each message is one packet, whole or not at all. The bulk lies in shared memory; descriptors
 * travel with the message that names them. The end of the socket is the end of the other side.
 *
 *     executor                            worker
 *     SETUP                          ->
 *                                    <-   READY
 *     OPEN, with input and output    ->
 *                                    <-   OPENED
 *     ROUND                          ->
 *                                    <-   DONE
 *     CLOSE                          ->
 *
 * Both are the same program, so a message is the struct as it lies in memory. */
#ifndef LEAT_COMPUTE_WORKER_LINK_H
#define LEAT_COMPUTE_WORKER_LINK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The descriptors that a worker is started with. */
#define LEAT_WORKER_SOCKET_FD 3
#define LEAT_WORKER_CONTROL_FD 4

/* A worker that was started by another version says so instead of going wrong. */
#define LEAT_WORKER_PROTOCOL 0x4c574b31

#define LEAT_MESSAGE_FDS 2

typedef enum {
    LEAT_MESSAGE_SETUP,
    LEAT_MESSAGE_READY,
    LEAT_MESSAGE_OPEN,
    LEAT_MESSAGE_OPENED,
    LEAT_MESSAGE_ROUND,
    LEAT_MESSAGE_DONE,
    LEAT_MESSAGE_CLOSE,
} LeatMessageType;

typedef struct {
    uint32_t protocol;
    uint32_t index, workers;
    int32_t parent; /* process id */
    int32_t sched_class;
    uint64_t control_bytes;
    uint64_t memory_limit;
} LeatMessageSetup;

typedef struct {
    char kind[64];
    uint32_t units;
    uint64_t input_bytes, input_mapped;
    uint64_t output_mapped, output_offset, output_bytes, stride;
    uint64_t scratch_bytes;
} LeatMessageOpen;

typedef struct {
    uint32_t type;    /* LeatMessageType */
    uint32_t workset; /* its number */
    uint32_t units;   /* ROUND: in all */
    int32_t code;     /* OPENED, DONE: LeatError; -1: it went well */
    int64_t unit;     /* ROUND: the one to do, or -1: claim them. DONE: the one that failed */
    union {
        LeatMessageSetup setup;
        LeatMessageOpen open;
        char text[1024]; /* of an error, when there is a code */
    };
} LeatMessage;

/* Never waits: false when the other side is gone, or has not read for so long that the socket is
 * full; errno says which. `fds` are OPEN's two, else NULL. */
bool leat_message_send(int socket, const LeatMessage *message, const int *fds);

/* Waits for a message, unless `flags` has MSG_DONTWAIT. 1: there is one; its texts end with a zero
 * byte, and the descriptors of an OPEN are the caller's. 0: the other side is gone, or spoke
 * nonsense. -1: there is none yet. */
int leat_message_receive(int socket, int flags, LeatMessage *message, int fds[LEAT_MESSAGE_FDS]);

/* An error into a message, and out of it. The error is freed. */
void leat_message_set_error(LeatMessage *message, GError *error);
GError *leat_message_get_error(const LeatMessage *message);

#endif
