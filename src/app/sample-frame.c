/* SPDX-License-Identifier: MIT */
#include "app/sample-frame.h"

#include <string.h>

bool leat_sample_read_frame(LeatFrameReader *reader, int64_t seq, LeatFrame **frame,
                            LeatCancel *cancel, GError **error)
{
    LeatReadResult result = LEAT_READ_ON;

    *frame = NULL;
    if (!leat_frame_reader_seek(reader, seq, error))
        return false;
    while (result == LEAT_READ_ON) {
        GError *cause = NULL;
        int64_t damaged = -1;

        if (!leat_cancel_check(cancel, error))
            return false;
        result = leat_frame_reader_next(reader, frame, &damaged, &cause);
        if (result == LEAT_READ_FAILED) {
            g_propagate_error(error, cause);
            return false;
        }
        g_clear_error(&cause);
        if (result == LEAT_READ_DAMAGED && damaged < seq)
            result = LEAT_READ_ON;
    }
    if (result != LEAT_READ_FRAME)
        *frame = NULL;
    else if (leat_frame_times(*frame).seq != seq)
        g_clear_pointer(frame, leat_frame_unref);
    return true;
}

bool leat_sample_from_frame(LeatScaler *scaler, LeatFrame *frame, uint8_t *pixels, GError **error)
{
    g_autoptr(LeatFrame) small =
        leat_scaler_convert(scaler, frame, LEAT_SAMPLE_EDGE, LEAT_SAMPLE_EDGE, "rgb24", error);
    const uint8_t *plane;
    int stride;

    if (!small)
        return false;
    plane = leat_frame_plane(small, 0, &stride);
    for (int y = 0; y < LEAT_SAMPLE_EDGE; y++)
        memcpy(pixels + (size_t)y * LEAT_SAMPLE_EDGE * 3, plane + (ptrdiff_t)y * stride,
               (size_t)LEAT_SAMPLE_EDGE * 3);
    return true;
}
