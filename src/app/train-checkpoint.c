/* SPDX-License-Identifier: MIT */
/* The file is a mark, the SHA-256 of the frames in hex, and the trainer's own checkpoint. */
#include "app/train-checkpoint.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

#include <glib/gstdio.h>
#include <string.h>

/* So much is lost at most when the program is killed; what it takes to save is a hundredth of it.
 */
#define SAVE_NS (5 * LEAT_NS_PER_S)

#define MARK "Leat training 1\n"

enum { MARK_BYTES = 16, FRAMES_BYTES = 64, HEAD_BYTES = MARK_BYTES + FRAMES_BYTES };

/* What is larger is none: 10,000 epochs and 64 classes take 4 MB. */
#define MAX_BYTES (16 << 20)

struct LeatTrainCheckpoint {
    char *path;
    char head[HEAD_BYTES];
    int64_t saved_ns; /* or tried to, or begun */
    bool own;         /* what lies there is this training's */
    bool failure_told;
};

static char *path_of(const char *library)
{
    return g_strconcat(library, "-training", NULL);
}

bool leat_train_checkpoint_is_there(const char *library)
{
    g_autofree char *path = path_of(library);

    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

LeatTrainCheckpoint *leat_train_checkpoint_new(const char *library, const char *frames)
{
    LeatTrainCheckpoint *checkpoint = g_new0(LeatTrainCheckpoint, 1);

    checkpoint->path = path_of(library);
    checkpoint->saved_ns = leat_clock_now_ns();
    memcpy(checkpoint->head, MARK, MARK_BYTES);
    memcpy(checkpoint->head + MARK_BYTES, frames, FRAMES_BYTES);
    return checkpoint;
}

void leat_train_checkpoint_free(LeatTrainCheckpoint *checkpoint)
{
    if (!checkpoint)
        return;
    g_free(checkpoint->path);
    g_free(checkpoint);
}

/* INVALID: it is another training's. */
static LeatCheckpointFound restore(const LeatTrainCheckpoint *checkpoint, LeatTrainer *trainer,
                                   GError **error)
{
    g_autofree char *data = NULL;
    gsize bytes = 0;
    GStatBuf status;

    if (g_lstat(checkpoint->path, &status) != 0)
        return LEAT_CHECKPOINT_NONE;
    if (S_ISREG(status.st_mode) && status.st_size <= MAX_BYTES)
        g_file_get_contents(checkpoint->path, &data, &bytes, NULL);
    if (bytes <= HEAD_BYTES || memcmp(data, MARK, MARK_BYTES) != 0) {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_CORRUPT, "");
        return LEAT_CHECKPOINT_REFUSED;
    }
    if (memcmp(data, checkpoint->head, HEAD_BYTES) != 0) {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_INVALID, "");
        return LEAT_CHECKPOINT_REFUSED;
    }
    return leat_trainer_restore(trainer, data + HEAD_BYTES, bytes - HEAD_BYTES, error)
               ? LEAT_CHECKPOINT_RESTORED
               : LEAT_CHECKPOINT_REFUSED;
}

LeatCheckpointFound leat_train_checkpoint_restore(LeatTrainCheckpoint *checkpoint,
                                                  LeatTrainer *trainer)
{
    g_autoptr(GError) error = NULL;
    LeatCheckpointFound found = restore(checkpoint, trainer, &error);

    checkpoint->own = found == LEAT_CHECKPOINT_RESTORED;
    if (found == LEAT_CHECKPOINT_REFUSED)
        leat_log(LEAT_LOG_WARNING, "%s is %s, and is not gone on with: this training begins anew",
                 checkpoint->path,
                 g_error_matches(error, LEAT_ERROR, LEAT_ERROR_INVALID)
                     ? "an unfinished training with other labels, frames or options"
                     : "damaged, or no unfinished training");
    return found;
}

bool leat_train_checkpoint_fits(const LeatTrainCheckpoint *checkpoint, LeatTrainer *trainer)
{
    return restore(checkpoint, trainer, NULL) == LEAT_CHECKPOINT_RESTORED;
}

bool leat_train_checkpoint_save(LeatTrainCheckpoint *checkpoint, LeatTrainer *trainer)
{
    g_autoptr(GBytes) body = leat_trainer_checkpoint(trainer);
    g_autoptr(GByteArray) all = NULL;
    g_autoptr(GError) error = NULL;

    if (!body) {
        leat_train_checkpoint_remove(checkpoint);
        return false;
    }
    all = g_byte_array_sized_new((guint)(HEAD_BYTES + g_bytes_get_size(body)));
    g_byte_array_append(all, (const guint8 *)checkpoint->head, HEAD_BYTES);
    g_byte_array_append(all, g_bytes_get_data(body, NULL), (guint)g_bytes_get_size(body));
    checkpoint->saved_ns = leat_clock_now_ns();
    if (g_file_set_contents_full(checkpoint->path, (const char *)all->data, all->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error)) {
        checkpoint->own = true;
        return true;
    }
    if (!checkpoint->failure_told)
        leat_log(LEAT_LOG_WARNING,
                 "cannot keep how far the training is: %s; if it is ended, it must begin anew",
                 error->message);
    checkpoint->failure_told = true;
    return checkpoint->own;
}

void leat_train_checkpoint_save_now_and_then(LeatTrainCheckpoint *checkpoint, LeatTrainer *trainer,
                                             const LeatTrainingProgress *progress)
{
    if ((progress->epoch_ended && !checkpoint->own) ||
        leat_clock_now_ns() - checkpoint->saved_ns >= SAVE_NS)
        leat_train_checkpoint_save(checkpoint, trainer);
}

void leat_train_checkpoint_remove(LeatTrainCheckpoint *checkpoint)
{
    if (checkpoint->own)
        g_unlink(checkpoint->path);
    checkpoint->own = false;
}
