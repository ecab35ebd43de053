/* SPDX-License-Identifier: MIT */
#include "base/packet.h"

void leat_stream_info_copy(LeatStreamInfo *to, const LeatStreamInfo *from)
{
    *to = *from;
    to->extradata = g_memdup2(from->extradata, from->extradata_size);
}

void leat_stream_info_clear(LeatStreamInfo *info)
{
    g_free(info->extradata);
    *info = (LeatStreamInfo){0};
}
