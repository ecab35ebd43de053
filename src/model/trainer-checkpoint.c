/* SPDX-License-Identifier: MIT */
/* A checkpoint: a mark, the identity of the training, how far it is, and a SHA-256 of all that.
 * Numbers are little-endian, doubles and floats by their bits. */
#include "base/error.h"
#include "model/trainer-internal.h"

#include <string.h>

#define MARK "LeatTr01"

enum { MARK_BYTES = 8, IDENTITY_BYTES = 64, SUM_BYTES = 32 };

static void put_word(GByteArray *to, uint64_t word)
{
    word = GUINT64_TO_LE(word);
    g_byte_array_append(to, (const guint8 *)&word, sizeof word);
}

static void put_double(GByteArray *to, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_word(to, bits);
}

static void put_floats(GByteArray *to, LeatNetworkShape shape, const float *floats)
{
    GBytes *packed = leat_network_pack(shape, floats);

    g_byte_array_append(to, g_bytes_get_data(packed, NULL), (guint)g_bytes_get_size(packed));
    g_bytes_unref(packed);
}

/* Reads on from `at`; what it reads must be there. */
static uint64_t get_word(const uint8_t **at)
{
    uint64_t word;

    memcpy(&word, *at, sizeof word);
    *at += sizeof word;
    return GUINT64_FROM_LE(word);
}

static double get_double(const uint8_t **at)
{
    const uint64_t bits = get_word(at);
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool get_floats(const uint8_t **at, LeatNetworkShape shape, float *floats, GError **error)
{
    const size_t bytes = leat_network_parameters(shape) * sizeof *floats;
    const uint8_t *from = *at;

    *at += bytes;
    return leat_network_unpack(shape, from, bytes, NULL, floats, error);
}

static void append_sum(GByteArray *to)
{
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 sum[SUM_BYTES];
    gsize bytes = sizeof sum;

    g_checksum_update(checksum, to->data, to->len);
    g_checksum_get_digest(checksum, sum, &bytes);
    g_checksum_free(checksum);
    g_byte_array_append(to, sum, sizeof sum);
}

enum { WORDS = 10, EPOCH_WORDS = 6 };

static size_t checkpoint_bytes(LeatNetworkShape shape, size_t epochs)
{
    return MARK_BYTES + IDENTITY_BYTES + (WORDS + EPOCH_WORDS * epochs) * sizeof(uint64_t) +
           3 * leat_network_parameters(shape) * sizeof(float) + SUM_BYTES;
}

GBytes *leat_trainer_checkpoint(LeatTrainer *trainer)
{
    GByteArray *to;

    if (trainer->diverged)
        return NULL;
    to = g_byte_array_sized_new((guint)checkpoint_bytes(trainer->shape, trainer->curve->len));
    g_byte_array_append(to, (const guint8 *)MARK, MARK_BYTES);
    g_byte_array_append(to, (const guint8 *)trainer->identity, IDENTITY_BYTES);
    put_word(to, trainer->curve->len);
    put_word(to, trainer->epoch);
    put_word(to, trainer->step);
    put_word(to, trainer->best_epoch);
    put_word(to, trainer->ended);
    put_word(to, trainer->stopped_early);
    put_double(to, trainer->best_loss);
    put_double(to, trainer->best_share);
    put_double(to, trainer->loss);
    put_double(to, trainer->weight);
    for (guint i = 0; i < trainer->curve->len; i++) {
        const LeatTrainingEpoch *epoch = &g_array_index(trainer->curve, LeatTrainingEpoch, i);

        put_word(to, epoch->epoch);
        put_double(to, epoch->learning_rate);
        put_double(to, epoch->train_loss);
        put_double(to, epoch->validation_loss);
        put_double(to, epoch->accuracy);
        put_double(to, epoch->mean_absolute_error);
    }
    put_floats(to, trainer->shape, leat_trainer_parameters(trainer));
    put_floats(to, trainer->shape, trainer->velocities);
    put_floats(to, trainer->shape, trainer->best);
    append_sum(to);
    return g_byte_array_free_to_bytes(to);
}

static bool is_whole(const uint8_t *data, size_t bytes)
{
    GChecksum *checksum;
    guint8 sum[SUM_BYTES];
    gsize sum_bytes = sizeof sum;
    bool same;

    if (bytes < MARK_BYTES + SUM_BYTES || memcmp(data, MARK, MARK_BYTES) != 0)
        return false;
    checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, data, (gssize)(bytes - SUM_BYTES));
    g_checksum_get_digest(checksum, sum, &sum_bytes);
    same = memcmp(sum, data + bytes - SUM_BYTES, SUM_BYTES) == 0;
    g_checksum_free(checksum);
    return same;
}

static bool is_corrupt(GError **error)
{
    g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                        "the checkpoint of the training is damaged: train from the start");
    return false;
}

static void get_epochs(LeatTrainer *trainer, size_t epochs, const uint8_t **at)
{
    g_array_set_size(trainer->curve, 0);
    for (size_t i = 0; i < epochs; i++) {
        LeatTrainingEpoch epoch;

        epoch.epoch = (unsigned)get_word(at);
        epoch.learning_rate = get_double(at);
        epoch.train_loss = get_double(at);
        epoch.validation_loss = get_double(at);
        epoch.accuracy = get_double(at);
        epoch.mean_absolute_error = get_double(at);
        g_array_append_val(trainer->curve, epoch);
    }
}

bool leat_trainer_restore(LeatTrainer *trainer, const void *checkpoint, size_t bytes,
                          GError **error)
{
    const uint8_t *at = checkpoint;
    size_t epochs;

    if (!is_whole(at, bytes) || bytes < checkpoint_bytes(trainer->shape, 0) - SUM_BYTES)
        return is_corrupt(error);
    at += MARK_BYTES;
    if (memcmp(at, trainer->identity, IDENTITY_BYTES) != 0) {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                            "the checkpoint is of another training: its labels, samples or options "
                            "are not these; train from the start");
        return false;
    }
    at += IDENTITY_BYTES;
    epochs = get_word(&at);
    if (epochs > trainer->options.epochs || bytes != checkpoint_bytes(trainer->shape, epochs))
        return is_corrupt(error);
    trainer->epoch = (unsigned)get_word(&at);
    trainer->step = (unsigned)get_word(&at);
    trainer->best_epoch = (unsigned)get_word(&at);
    trainer->ended = get_word(&at);
    trainer->stopped_early = get_word(&at);
    trainer->best_loss = get_double(&at);
    trainer->best_share = get_double(&at);
    trainer->loss = get_double(&at);
    trainer->weight = get_double(&at);
    if (trainer->epoch != epochs || trainer->step > trainer->steps || trainer->best_epoch > epochs)
        return is_corrupt(error);
    get_epochs(trainer, epochs, &at);
    return get_floats(&at, trainer->shape, trainer->parameters, error) &&
           get_floats(&at, trainer->shape, trainer->velocities, error) &&
           get_floats(&at, trainer->shape, trainer->best, error);
}
