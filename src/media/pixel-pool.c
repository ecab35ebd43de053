/* SPDX-License-Identifier: MIT */
#include "media/pixel-pool.h"

#include "base/error.h"
#include "concurrency/lock.h"
#include "media/frame-internal.h"

#include <libavutil/imgutils.h>
#include <libavutil/mem.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Vector code may read and write a little past the end of a plane. */
#define PADDING 64

#define ALIGNMENT 64

/* More than this many are not kept: a burst must not hold its memory for ever. */
#define MAX_IDLE 32

typedef struct Block {
    struct Block *next;
    LeatPixelPool *pool;
    size_t bytes;
    uint8_t *data;
} Block;

struct LeatPixelPool {
    /* Any thread's. Whoever lets a picture go, the main loop too, waits for nobody: it leaves the
     * block here, and the next one who asks for pixels puts it away. */
    _Atomic(Block *) returned;
    atomic_size_t users; /* the owner, and each buffer that is out */
    atomic_bool closed;  /* the owner has gone: blocks are freed as they come back */

    LeatLock lock;
    /* Under the lock, which those who ask for pixels take. */
    Block *idle; /* all of `bytes` */
    size_t idle_count, bytes;
    bool ran_out;
};

LeatPixelPool *leat_pixel_pool_new(GError **error)
{
    LeatPixelPool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return leat_error_no_memory(error, sizeof *pool, "a pool of pictures");
    if (!leat_lock_init(&pool->lock, error)) {
        free(pool);
        return NULL;
    }
    atomic_init(&pool->returned, NULL);
    atomic_init(&pool->users, 1);
    atomic_init(&pool->closed, false);
    return pool;
}

static void free_block(Block *block)
{
    av_free(block->data);
    free(block);
}

static void free_blocks(Block *block)
{
    while (block) {
        Block *next = block->next;
        free_block(block);
        block = next;
    }
}

/* Under the lock: takes the idle blocks out, to be freed after it. */
static Block *take_idle(LeatPixelPool *pool)
{
    Block *idle = pool->idle;
    pool->idle = NULL;
    pool->idle_count = 0;
    return idle;
}

/* Under the lock: puts away what came back. Returns what is not kept, to be freed after it. */
static Block *put_away(LeatPixelPool *pool)
{
    Block *block = atomic_exchange_explicit(&pool->returned, NULL, memory_order_acquire);
    Block *unused = NULL;
    while (block) {
        Block *next = block->next;
        bool kept = block->bytes == pool->bytes && pool->idle_count < MAX_IDLE;
        Block **list = kept ? &pool->idle : &unused;
        block->next = *list;
        *list = block;
        pool->idle_count += kept;
        block = next;
    }
    return unused;
}

/* Frees the pool with its last user. */
static void release_as_user(LeatPixelPool *pool)
{
    if (atomic_fetch_sub_explicit(&pool->users, 1, memory_order_acq_rel) > 1)
        return;
    free_blocks(atomic_load_explicit(&pool->returned, memory_order_acquire));
    free_blocks(pool->idle);
    leat_lock_finish(&pool->lock);
    free(pool);
}

void leat_pixel_pool_free(LeatPixelPool *pool)
{
    if (!pool)
        return;
    atomic_store_explicit(&pool->closed, true, memory_order_release);
    leat_lock_acquire(&pool->lock);
    Block *unused = put_away(pool);
    Block *idle = take_idle(pool);
    leat_lock_release(&pool->lock);
    free_blocks(unused);
    free_blocks(idle);
    release_as_user(pool);
}

/* How many pictures were let go; what counts is that it is released and acquired. */
static atomic_uint_fast64_t let_go;

void leat_pixels_let_go(AVFrame **picture)
{
    atomic_fetch_add_explicit(&let_go, 1, memory_order_release);
    av_frame_free(picture);
}

static void give_back(void *opaque, uint8_t *data)
{
    Block *block = opaque;
    LeatPixelPool *pool = block->pool;
    (void)data;
    (void)atomic_load_explicit(&let_go, memory_order_acquire);
    if (atomic_load_explicit(&pool->closed, memory_order_acquire)) {
        free_block(block);
    } else {
        block->next = atomic_load_explicit(&pool->returned, memory_order_relaxed);
        while (!atomic_compare_exchange_weak_explicit(&pool->returned, &block->next, block,
                                                      memory_order_release, memory_order_relaxed))
            ;
    }
    release_as_user(pool);
}

static Block *new_block(LeatPixelPool *pool, size_t bytes)
{
    Block *block = calloc(1, sizeof *block);
    uint8_t *data = block ? av_malloc(bytes + PADDING) : NULL;
    if (!data) {
        free(block);
        return NULL;
    }
    *block = (Block){.pool = pool, .bytes = bytes, .data = data};
    return block;
}

AVBufferRef *leat_pixel_pool_get(LeatPixelPool *pool, size_t bytes)
{
    leat_lock_acquire(&pool->lock);
    Block *other_size = pool->bytes == bytes ? NULL : take_idle(pool);
    pool->bytes = bytes;
    Block *unused = put_away(pool);
    Block *block = pool->idle;
    if (block) {
        pool->idle = block->next;
        pool->idle_count--;
    }
    leat_lock_release(&pool->lock);

    free_blocks(other_size);
    free_blocks(unused);
    if (!block)
        block = new_block(pool, bytes);
    AVBufferRef *buffer = block ? av_buffer_create(block->data, bytes, give_back, block, 0) : NULL;
    if (buffer) {
        atomic_fetch_add_explicit(&pool->users, 1, memory_order_relaxed);
        return buffer;
    }
    if (block)
        free_block(block);
    leat_lock_acquire(&pool->lock);
    pool->ran_out = true;
    leat_lock_release(&pool->lock);
    return NULL;
}

AVFrame *leat_pixel_pool_get_picture(LeatPixelPool *pool, int width, int height,
                                     enum AVPixelFormat format, GError **error)
{
    if (!leat_picture_check(width, height, format, error))
        return NULL;
    int bytes = av_image_get_buffer_size(format, width, height, ALIGNMENT);
    AVFrame *picture = bytes > 0 ? av_frame_alloc() : NULL;
    if (picture)
        picture->buf[0] = leat_pixel_pool_get(pool, (size_t)bytes);
    if (!picture || !picture->buf[0]) {
        av_frame_free(&picture);
        return leat_error_no_memory(error, (size_t)MAX(bytes, 0), "a picture");
    }
    picture->format = format;
    picture->width = width;
    picture->height = height;
    av_image_fill_arrays(picture->data, picture->linesize, picture->buf[0]->data, format, width,
                         height, ALIGNMENT);
    return picture;
}

bool leat_pixel_pool_ran_out(LeatPixelPool *pool)
{
    leat_lock_acquire(&pool->lock);
    bool ran_out = pool->ran_out;
    pool->ran_out = false;
    leat_lock_release(&pool->lock);
    return ran_out;
}

/* The widths of rows in bytes that suit the decoder, as avcodec_default_get_buffer2 finds them. */
static int fill_linesizes(AVCodecContext *decoder, const AVFrame *frame, int *height,
                          int linesizes[4])
{
    int width = frame->width, alignments[AV_NUM_DATA_POINTERS];
    int misfit = 1;
    *height = frame->height;
    avcodec_align_dimensions2(decoder, &width, height, alignments);
    while (misfit) {
        int result = av_image_fill_linesizes(linesizes, (enum AVPixelFormat)frame->format, width);
        if (result < 0)
            return result;
        width += width & ~(width - 1);
        misfit = 0;
        for (int i = 0; i < 4; i++)
            misfit |= linesizes[i] % alignments[i];
    }
    return 0;
}

static int get_buffer(AVCodecContext *decoder, AVFrame *frame, int flags)
{
    if (!(decoder->codec->capabilities & AV_CODEC_CAP_DR1))
        return avcodec_default_get_buffer2(decoder, frame, flags);
    int height = 0, linesizes[4] = {0};
    ptrdiff_t strides[4];
    size_t sizes[4], offsets[4], total = 0;
    int result = fill_linesizes(decoder, frame, &height, linesizes);
    for (int i = 0; i < 4; i++)
        strides[i] = linesizes[i];
    if (result >= 0)
        result =
            av_image_fill_plane_sizes(sizes, (enum AVPixelFormat)frame->format, height, strides);
    if (result < 0)
        return result;
    for (int i = 0; i < 4; i++) {
        offsets[i] = total;
        total += sizes[i] ? (sizes[i] + 2 * (size_t)PADDING - 1) & ~(size_t)(PADDING - 1) : 0;
    }
    frame->buf[0] = leat_pixel_pool_get(decoder->opaque, total);
    if (!frame->buf[0])
        return AVERROR(ENOMEM);
    for (int i = 0; i < 4; i++) {
        frame->data[i] = sizes[i] ? frame->buf[0]->data + offsets[i] : NULL;
        frame->linesize[i] = linesizes[i];
    }
    frame->extended_data = frame->data;
    return 0;
}

void leat_pixel_pool_serve(LeatPixelPool *pool, AVCodecContext *decoder)
{
    decoder->opaque = pool;
    decoder->get_buffer2 = get_buffer;
#if FF_API_THREAD_SAFE_CALLBACKS
    /* Its threads may ask by themselves. */
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    decoder->thread_safe_callbacks = 1;
    G_GNUC_END_IGNORE_DEPRECATIONS
#endif
}
