/* SPDX-License-Identifier: MIT */
#include "media/camera-buffers.h"

#include "base/error.h"
#include "media/camera.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define WANTED 8
#define FEWEST 2

/* As many stay with the driver while others are lent: one that it fills, and the next ones. */
#define KEPT 3

typedef struct {
    LeatCameraBuffers *owner;
    unsigned index;
    uint8_t *data;
    size_t size;   /* bytes of the driver's memory */
    size_t mapped; /* bytes with the guard */
} Buffer;

struct LeatCameraBuffers {
    /* Set once. */
    unsigned count;
    Buffer buffers[VIDEO_MAX_FRAME];

    /* The owner's. */
    int fd;
    unsigned queued;
    uint32_t lent; /* a bit for each buffer that was lent and not queued since */

    /* Any thread's. */
    atomic_uint references;     /* one for the owner, one for each lent buffer */
    _Atomic uint32_t come_back; /* a bit for each buffer that was lent and is free again */
};

G_STATIC_ASSERT(VIDEO_MAX_FRAME <= 32);

static void drop_reference(LeatCameraBuffers *buffers)
{
    if (atomic_fetch_sub_explicit(&buffers->references, 1, memory_order_acq_rel) != 1)
        return;
    for (unsigned i = 0; i < buffers->count; i++)
        if (buffers->buffers[i].data)
            munmap(buffers->buffers[i].data, buffers->buffers[i].mapped);
    free(buffers);
}

/* libav's vector code may read a little beyond the end of a picture. A page of zeros lies there,
 * since the driver's memory ends where its last page does. */
static bool map(Buffer *buffer, int fd, const struct v4l2_buffer *about)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t body = (about->length + page - 1) / page * page;
    /* cppcheck-suppress invalidFunctionArg ; -1 is what an anonymous mapping asks for */
    void *place = mmap(NULL, body + page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED)
        return false;
    /* cppcheck-suppress leakReturnValNotUsed ; it is where MAP_FIXED says */
    if (mmap(place, about->length, PROT_READ, MAP_SHARED | MAP_FIXED, fd, about->m.offset) ==
        MAP_FAILED) {
        int kept = errno;
        munmap(place, body + page);
        errno = kept;
        return false;
    }
    buffer->data = place;
    buffer->size = about->length;
    buffer->mapped = body + page;
    return true;
}

static int queue(LeatCameraBuffers *buffers, unsigned index)
{
    struct v4l2_buffer about = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};
    int failed = leat_camera_ioctl(buffers->fd, VIDIOC_QBUF, &about);

    if (!failed) {
        buffers->queued++;
        buffers->lent &= ~(UINT32_C(1) << index);
    }
    return failed;
}

static int set_streaming(const LeatCameraBuffers *buffers, unsigned long how)
{
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

    return leat_camera_ioctl(buffers->fd, how, &type);
}

static int request(int fd, unsigned *count)
{
    struct v4l2_requestbuffers wanted = {
        .count = *count, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    int failed = leat_camera_ioctl(fd, VIDIOC_REQBUFS, &wanted);

    *count = wanted.count;
    return failed;
}

static bool set_up(LeatCameraBuffers *buffers, size_t least, const char *shown, GError **error)
{
    unsigned count = WANTED;
    int failed = request(buffers->fd, &count);

    if (failed) {
        leat_camera_set_error(error, failed, shown, "allocate its buffers");
        return false;
    }
    if (count < FEWEST) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY,
                    "cannot open camera %s: its driver gave %u buffers where %d are needed; "
                    "ask for a smaller picture",
                    shown, count, FEWEST);
        return false;
    }
    buffers->count = MIN(count, VIDEO_MAX_FRAME);
    for (unsigned i = 0; i < buffers->count; i++) {
        struct v4l2_buffer about = {
            .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = i};
        buffers->buffers[i].owner = buffers;
        buffers->buffers[i].index = i;
        failed = leat_camera_ioctl(buffers->fd, VIDIOC_QUERYBUF, &about);
        if (!failed && about.length < least) {
            g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                        "cannot open camera %s: its buffers hold %u bytes, a picture takes %zu; "
                        "ask for another size or pixel format",
                        shown, about.length, least);
            return false;
        }
        if (!failed && !map(&buffers->buffers[i], buffers->fd, &about))
            failed = errno;
        if (!failed)
            failed = queue(buffers, i);
        if (failed) {
            leat_camera_set_error(error, failed, shown, "share memory with it");
            return false;
        }
    }
    failed = set_streaming(buffers, VIDIOC_STREAMON);
    if (failed)
        leat_camera_set_error(error, failed, shown, "start it");
    return !failed;
}

static void stop(const LeatCameraBuffers *buffers)
{
    unsigned none = 0;

    set_streaming(buffers, VIDIOC_STREAMOFF);
    /* A mapping keeps the file open in the kernel. This makes the device free for others all the
     * same: the driver forgets the buffers, whose memory stays until it is unmapped. */
    request(buffers->fd, &none);
}

LeatCameraBuffers *leat_camera_buffers_start(int fd, size_t least, const char *shown,
                                             GError **error)
{
    LeatCameraBuffers *buffers = calloc(1, sizeof *buffers);

    if (!buffers)
        return leat_error_no_memory(error, sizeof *buffers, "a camera's buffers");
    atomic_init(&buffers->references, 1);
    atomic_init(&buffers->come_back, 0);
    buffers->fd = fd;
    if (!set_up(buffers, least, shown, error)) {
        stop(buffers);
        drop_reference(buffers);
        return NULL;
    }
    return buffers;
}

static int queue_come_back(LeatCameraBuffers *buffers)
{
    uint32_t free_ones = atomic_exchange_explicit(&buffers->come_back, 0, memory_order_acquire);

    for (unsigned i = 0; i < buffers->count; i++) {
        int failed = free_ones & (UINT32_C(1) << i) ? queue(buffers, i) : 0;
        if (failed)
            return failed;
    }
    return 0;
}

int leat_camera_buffers_take(LeatCameraBuffers *buffers, LeatCameraTaken *taken)
{
    struct v4l2_buffer about = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    int failed = queue_come_back(buffers);

    if (!failed)
        failed = leat_camera_ioctl(buffers->fd, VIDIOC_DQBUF, &about);
    if (failed)
        return failed;
    if (about.index >= buffers->count)
        return EPROTO;
    buffers->queued--;
    *taken = (LeatCameraTaken){
        .index = about.index,
        .data = buffers->buffers[about.index].data,
        .size = MIN(about.bytesused, buffers->buffers[about.index].size),
        .about = about,
    };
    return 0;
}

bool leat_camera_buffers_can_lend(const LeatCameraBuffers *buffers)
{
    return buffers->queued >= KEPT;
}

/* Runs on whichever thread lets go of the frame; the owner queues it when it next takes one. */
static void come_back(void *opaque, uint8_t *data)
{
    const Buffer *buffer = opaque;
    LeatCameraBuffers *buffers = buffer->owner;

    (void)data;
    atomic_fetch_or_explicit(&buffers->come_back, UINT32_C(1) << buffer->index,
                             memory_order_release);
    drop_reference(buffers);
}

AVBufferRef *leat_camera_buffers_lend(LeatCameraBuffers *buffers, const LeatCameraTaken *taken)
{
    Buffer *buffer = &buffers->buffers[taken->index];
    AVBufferRef *lent =
        av_buffer_create(buffer->data, buffer->size, come_back, buffer, AV_BUFFER_FLAG_READONLY);

    if (lent) {
        atomic_fetch_add_explicit(&buffers->references, 1, memory_order_relaxed);
        buffers->lent |= UINT32_C(1) << taken->index;
    }
    return lent;
}

int leat_camera_buffers_give_back(LeatCameraBuffers *buffers, const LeatCameraTaken *taken)
{
    return queue(buffers, taken->index);
}

void leat_camera_buffers_pause(LeatCameraBuffers *buffers)
{
    set_streaming(buffers, VIDIOC_STREAMOFF);
    buffers->queued = 0;
}

int leat_camera_buffers_resume(LeatCameraBuffers *buffers)
{
    uint32_t lent = buffers->lent;

    for (unsigned i = 0; i < buffers->count; i++) {
        int failed = lent & (UINT32_C(1) << i) ? 0 : queue(buffers, i);
        if (failed)
            return failed;
    }
    return set_streaming(buffers, VIDIOC_STREAMON);
}

int leat_camera_buffers_fd(const LeatCameraBuffers *buffers)
{
    return buffers->fd;
}

void leat_camera_buffers_close(LeatCameraBuffers *buffers)
{
    if (!buffers)
        return;
    stop(buffers);
    close(buffers->fd);
    drop_reference(buffers);
}
