/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/error.h"
#include "media/source-input.h"

#include <errno.h>
#include <fcntl.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define BUFFER_BYTES 65536

typedef struct {
    int fd;
    LeatCancel *cancel;
} Pipe;

static int read_pipe(void *opaque, uint8_t *buffer, int size)
{
    Pipe *pipe = opaque;
    ssize_t got;
    do {
        /* Before a writer came, a read would report the end; a poll waits. */
        if (leat_cancel_poll(pipe->cancel, pipe->fd, POLLIN, LEAT_FOREVER) < 0)
            return AVERROR_EXIT;
        got = read(pipe->fd, buffer, (size_t)size);
    } while (got < 0 && (errno == EAGAIN || errno == EINTR));
    if (got < 0)
        return AVERROR(errno);
    return got > 0 ? (int)got : AVERROR_EOF;
}

AVIOContext *leat_pipe_open(const char *path, LeatCancel *cancel, GError **error)
{
    AVIOContext *io = NULL;
    uint8_t *buffer = NULL;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        leat_error_set_errno(error, errno, "cannot open %s", path);
        return NULL;
    }
    Pipe *pipe = malloc(sizeof *pipe);
    if (!pipe)
        goto no_memory;
    *pipe = (Pipe){.fd = fd, .cancel = cancel};
    buffer = av_malloc(BUFFER_BYTES);
    if (!buffer)
        goto no_memory;
    io = avio_alloc_context(buffer, BUFFER_BYTES, 0, pipe, read_pipe, NULL, NULL);
    if (!io)
        goto no_memory;
    return io;

no_memory:
    av_free(buffer);
    free(pipe);
    close(fd);
    return leat_error_no_memory(error, BUFFER_BYTES, "reading a pipe");
}

void leat_pipe_close(AVIOContext *io)
{
    if (!io)
        return;
    Pipe *pipe = io->opaque;
    close(pipe->fd);
    free(pipe);
    av_freep(&io->buffer);
    avio_context_free(&io);
}
