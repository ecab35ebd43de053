/* SPDX-License-Identifier: MIT */
#include "media/source-account.h"

#include "media/libav.h"

void leat_account_init(LeatAccount *account, const AVCodecParameters *stream)
{
    const AVCodecDescriptor *codec = avcodec_descriptor_get(stream->codec_id);
    bool intra = codec && (codec->props & AV_CODEC_PROP_INTRA_ONLY);
    bool known = stream->codec_id == AV_CODEC_ID_H264 || stream->codec_id == AV_CODEC_ID_HEVC ||
                 stream->codec_id == AV_CODEC_ID_MPEG1VIDEO ||
                 stream->codec_id == AV_CODEC_ID_MPEG2VIDEO;
    /* An interlaced frame may come in two packets. */
    bool progressive =
        stream->field_order == AV_FIELD_PROGRESSIVE || stream->field_order == AV_FIELD_UNKNOWN;

    account->one_to_one = intra || (known && progressive);
    account->count = 0;
    account->packets = 0;
    account->reason[0] = '\0';
}

int64_t leat_account_ended(LeatAccount *account)
{
    int64_t lost = (int64_t)account->count;
    account->count = 0;
    return lost;
}

/* The rule does not hold for this stream. */
static int64_t give_up(LeatAccount *account)
{
    account->one_to_one = false;
    account->count = 0;
    return 0;
}

int64_t leat_account_sent(LeatAccount *account, const AVPacket *packet)
{
    account->packets++;
    /* Those to be thrown away after decoding are needed by others only. */
    if (!account->one_to_one || (packet->flags & AV_PKT_FLAG_DISCARD))
        return 0;
    if (packet->pts == AV_NOPTS_VALUE)
        return give_up(account);
    /* No decoder delays this many: they are lost, as before the first key frame of a stream. */
    int64_t lost = account->count == LEAT_ACCOUNT_MAX ? leat_account_ended(account) : 0;
    account->waiting[account->count].pts = packet->pts;
    account->waiting[account->count].overtaken = 0;
    account->count++;
    return lost;
}

int64_t leat_account_failed(LeatAccount *account, int result)
{
    leat_av_error_text(result, account->reason, sizeof account->reason);
    return account->one_to_one ? 0 : 1;
}

/* How many frames can overtake another, where a stream was spliced out of two. */
static int reach(const AVCodecContext *decoder)
{
    bool by_frames = decoder->active_thread_type & FF_THREAD_FRAME;
    return decoder->has_b_frames + (by_frames ? decoder->thread_count : 0);
}

int64_t leat_account_came(LeatAccount *account, const AVFrame *picture,
                          const AVCodecContext *decoder)
{
    if (!account->one_to_one)
        return 0;

    size_t kept = 0;
    int64_t lost = 0;
    bool found = false;
    for (size_t i = 0; i < account->count; i++) {
        if (account->waiting[i].pts == picture->pts && !found) {
            found = true;
            continue;
        }
        if (account->waiting[i].pts < picture->pts &&
            ++account->waiting[i].overtaken > reach(decoder))
            lost++;
        else
            account->waiting[kept++] = account->waiting[i];
    }
    account->count = kept;
    return found ? lost : give_up(account);
}
