/* SPDX-License-Identifier: MIT */
#include "app/thumbnail.h"

#include "app/frame-reader.h"
#include "base/error.h"
#include "media/scaler.h"
#include "store/store.h"

/* Damaged frames that are tried. */
#define MAX_DAMAGED 20

static LeatFrame *read_frame(LeatFrameReader *reader, LeatCancel *cancel, GError **error)
{
    LeatFrame *frame = NULL;
    int damaged = 0;

    while (leat_cancel_check(cancel, error)) {
        GError *cause = NULL;

        switch (leat_frame_reader_next(reader, &frame, NULL, &cause)) {
        case LEAT_READ_FRAME:
            return frame;
        case LEAT_READ_ON:
            break;
        case LEAT_READ_DAMAGED:
            if (++damaged >= MAX_DAMAGED) {
                g_propagate_error(error, cause);
                return NULL;
            }
            g_error_free(cause);
            break;
        case LEAT_READ_FAILED:
            g_propagate_error(error, cause);
            return NULL;
        case LEAT_READ_END:
            g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND, "it has no frames to show");
            return NULL;
        }
    }
    return NULL;
}

static LeatFrame *scale(LeatFrame *frame, int box_width, int box_height, GError **error)
{
    LeatScaler *scaler = leat_scaler_new(LEAT_SCALER_GOOD, error);
    LeatFrame *picture;
    int width, height;

    if (!scaler)
        return NULL;
    leat_scaler_fit(leat_frame_width(frame), leat_frame_height(frame), box_width, box_height,
                    &width, &height);
    picture = leat_scaler_convert(scaler, frame, width, height, "bgra", error);
    leat_scaler_free(scaler);
    return picture;
}

/* The first frames of a camera are often dark. */
static bool seek(LeatStore *store, const LeatRecording *recording, LeatFrameReader *reader,
                 GError **error)
{
    int64_t seq;

    return leat_store_seq_at(store, recording->id, recording->duration_ns / 3, &seq, error) &&
           leat_frame_reader_seek(reader, seq, error);
}

LeatFrame *leat_thumbnail_make(const char *path, int64_t id, int width, int height,
                               LeatCancel *cancel, GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open(path, cancel, error);
    g_autoptr(LeatRecording) recording = store ? leat_store_find_id(store, id, error) : NULL;
    g_autoptr(LeatFrameReader) reader =
        recording ? leat_frame_reader_open(store, recording, error) : NULL;
    g_autoptr(LeatFrame) frame = NULL;

    if (!reader || !seek(store, recording, reader, error))
        return NULL;
    frame = read_frame(reader, cancel, error);
    return frame ? scale(frame, width, height, error) : NULL;
}
