/* SPDX-License-Identifier: MIT */
/* Finds out which packets of a stream never became a frame. Where a codec makes one frame of each
 * packet, a packet that was to be shown before frames that came out is lost, once it is clear that
 * the decoder does not just hand them out in another order. Other codecs (some make no frame of a
 * packet by design) lose what the decoder says it failed on.
 *
 * For this folder only. Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_SOURCE_ACCOUNT_H
#define LEAT_MEDIA_SOURCE_ACCOUNT_H

#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAT_ACCOUNT_MAX 512

typedef struct {
    bool one_to_one;
    struct {
        int64_t pts;
        int overtaken;           /* by how many frames that are to be shown later */
    } waiting[LEAT_ACCOUNT_MAX]; /* packets that gave no frame yet */
    size_t count;
    int64_t packets;                       /* given to the decoder, ever */
    char reason[AV_ERROR_MAX_STRING_SIZE]; /* of the decoder's last failure; "" when it had none */
} LeatAccount;

void leat_account_init(LeatAccount *account, const AVCodecParameters *stream);

/* Each of these returns how many frames are now known to be lost. */
int64_t leat_account_sent(LeatAccount *account, const AVPacket *packet);
int64_t leat_account_failed(LeatAccount *account, int result);
int64_t leat_account_came(LeatAccount *account, const AVFrame *picture,
                          const AVCodecContext *decoder);
int64_t leat_account_ended(LeatAccount *account);

#endif
