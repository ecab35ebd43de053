/* SPDX-License-Identifier: MIT */
/* Export to .mkv and .mp4: the stored packets, copied. */
#include "app/library-internal.h"

#include "media/muxer.h"

#include <sys/stat.h>

static bool copy_packets(LeatExport *export, LeatStoreCursor *cursor, LeatMuxer *muxer,
                         GError **error)
{
    bool intra = leat_library_is_intra(&export->recording->stream);
    LeatPacket packet;
    bool got;

    while (leat_store_cursor_next(cursor, &packet, &got, error)) {
        if (!got || leat_export_is_past(export, &packet.times))
            return true;
        /* Of others, every packet from the key frame on is needed to decode what follows. */
        if (intra && !leat_export_wants(export, &packet.times))
            continue;
        if (!leat_muxer_write(muxer, &packet, error) || !leat_export_count(export, error))
            return false;
    }
    return false;
}

bool leat_export_container(LeatExport *export, GError **error)
{
    g_autoptr(LeatStoreCursor) cursor = NULL;
    LeatMuxer *muxer;
    struct stat info;

    cursor = leat_export_packets(export, true, error);
    if (!cursor)
        return false;
    muxer = leat_muxer_open(export->request->out, &export->recording->stream, error);
    if (!muxer)
        return false;
    if (!copy_packets(export, cursor, muxer, error)) {
        leat_muxer_abandon(muxer);
        return false;
    }
    if (!leat_muxer_finish(muxer, error))
        return false;
    if (stat(export->request->out, &info) == 0)
        export->result.bytes = info.st_size;
    return true;
}
