/* SPDX-License-Identifier: MIT */
/* What is kept, and what makes it begin anew. */
#include "pipeline/pre-roll.h"

#include "base/clock.h"
#include "base/log.h"
#include "faults.h"
#include "media/test-pattern.h"

#define MOST ((size_t)1024 * 1024)

/* Packet `seq` of 100 bytes, at 10 a second; every `group`-th is a key one. */
static void push(LeatPacketRing *ring, int64_t seq, int64_t group)
{
    static const uint8_t data[100];
    LeatPacket packet = {
        .times = {.seq = seq, .pts = seq, .time_base = {1, 10}},
        .key = seq % group == 0,
        .data = data,
        .size = sizeof(data),
    };

    g_assert_true(leat_packet_ring_push(ring, &packet, &(LeatRecordCount){0}, NULL));
}

static int64_t first_seq(const LeatPacketRing *ring)
{
    const LeatKeptPacket *first = leat_packet_ring_first(ring);

    return first ? first->packet.times.seq : -1;
}

static void test_time(void)
{
    LeatPacketRing *ring = leat_packet_ring_new(NULL);

    for (int64_t seq = 0; seq < 100; seq++) {
        push(ring, seq, 1);
        leat_packet_ring_trim(ring, LEAT_NS_PER_S, MOST);
        g_assert_cmpint(first_seq(ring), ==, MAX(0, seq - 10));
    }
    leat_packet_ring_free(ring);
}

static void test_bytes(void)
{
    LeatPacketRing *ring = leat_packet_ring_new(NULL);

    for (int64_t seq = 0; seq < 100; seq++) {
        push(ring, seq, 1);
        leat_packet_ring_trim(ring, LEAT_NS_PER_S * 1000, 3000);
        g_assert_cmpuint(leat_packet_ring_bytes(ring), <=, 3000);
    }
    g_assert_cmpint(first_seq(ring), >, 50);
    g_assert_cmpint(first_seq(ring), <, 99);
    leat_packet_ring_trim(ring, 0, 0);
    g_assert_null(leat_packet_ring_first(ring));
    g_assert_cmpuint(leat_packet_ring_bytes(ring), ==, 0);
    leat_packet_ring_free(ring);
}

/* All of the group that the time asked for begins in. */
static void test_groups(void)
{
    LeatPacketRing *ring = leat_packet_ring_new(NULL);

    for (int64_t seq = 0; seq < 100; seq++) {
        push(ring, seq, 8);
        leat_packet_ring_trim(ring, LEAT_NS_PER_S, MOST);
        g_assert_cmpint(first_seq(ring), ==, MAX(0, seq - 10) / 8 * 8);
    }
    leat_packet_ring_free(ring);
}

/* A keeper in a session that goes no further. */
typedef struct {
    LeatStageContext context;
    LeatPreRollKeeper *keeper;
    LeatTestPattern *pattern;
    LeatCodec codec;
    int64_t next;
} Session;

static bool set_up(Session *session, LeatCodec codec, size_t bytes, GError **error)
{
    LeatPreRoll pre_roll = {.ns = LEAT_NS_PER_S, .bytes = bytes, .encoder.codec = codec};

    *session = (Session){.codec = codec};
    session->context.board = leat_status_board_new(error);
    session->pattern =
        session->context.board ? leat_test_pattern_new(64, 48, (LeatRational){30, 1}, error) : NULL;
    session->keeper =
        session->pattern ? leat_pre_roll_keeper_new(&session->context, &pre_roll, "", error) : NULL;
    return session->keeper;
}

static void tear_down(Session *session)
{
    leat_pre_roll_keeper_free(session->keeper);
    leat_test_pattern_free(session->pattern);
    leat_status_board_free(session->context.board);
}

/* The next frame; one that could not even be made is not the keeper's. */
static void add(Session *session)
{
    LeatFrame *frame = leat_test_pattern_draw(session->pattern, session->next++, NULL, NULL);

    if (frame)
        leat_pre_roll_keeper_add(session->keeper, frame);
    leat_frame_unref(frame);
}

static int64_t kept_from(const Session *session)
{
    LeatRecordEncoding encoding = {.encoder.codec = session->codec, .filter = ""};
    LeatPreRollAccount account;

    return leat_pre_roll_keeper_fits(session->keeper, &encoding, &account) ? account.first : -1;
}

static void test_other_size(void)
{
    Session session;
    LeatTestPattern *small;

    g_assert_true(set_up(&session, LEAT_CODEC_MJPEG, MOST, NULL));
    for (int i = 0; i < 5; i++)
        add(&session);
    g_assert_cmpint(kept_from(&session), ==, 0);
    small = session.pattern;
    session.pattern = leat_test_pattern_new(32, 24, (LeatRational){30, 1}, NULL);
    for (int i = 0; i < 5; i++)
        add(&session);
    g_assert_cmpint(kept_from(&session), ==, 5);
    leat_test_pattern_free(small);
    tear_down(&session);
}

/* A key frame alone is too large to be kept. */
static void test_too_large(void)
{
    Session session;

    g_assert_true(set_up(&session, LEAT_CODEC_MJPEG, 300, NULL));
    for (int i = 0; i < 5; i++)
        add(&session);
    g_assert_cmpint(kept_from(&session), ==, -1);
    tear_down(&session);
}

/* A group that outgrows the bound is let go of, and another is begun at once. */
static void test_long_group(void)
{
    Session session;
    int64_t last = -1;
    int begun = 0;

    g_assert_true(set_up(&session, LEAT_CODEC_H264, 8000, NULL));
    for (int i = 0; i < 49; i++) {
        add(&session);
        begun += kept_from(&session) > last;
        last = MAX(last, kept_from(&session));
    }
    g_assert_cmpint(begun, >, 1);
    tear_down(&session);
}

/* Whatever is refused, frames that come later are kept. */
static void test_no_memory(void)
{
    bool refused = true;

    leat_log_set_threshold(LEAT_LOG_ERROR);
    for (int n = 1; refused; n++) {
        Session session;
        GError *error = NULL;

        leat_faults_arm(n);
        if (set_up(&session, LEAT_CODEC_RAWVIDEO, MOST, &error))
            for (int i = 0; i < 8; i++)
                add(&session);
        refused = leat_faults_disarm();
        if (session.keeper) {
            for (int i = 0; i < 8; i++)
                add(&session);
            g_assert_cmpint(kept_from(&session), >=, 0);
            g_assert_cmpint(kept_from(&session), <=, 8);
            g_assert_no_error(error);
        } else {
            g_assert_nonnull(error);
        }
        g_clear_error(&error);
        tear_down(&session);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pre-roll/what-is-older-than-was-asked-for-is-let-go-of", test_time);
    g_test_add_func("/pre-roll/what-is-more-than-was-asked-for-is-let-go-of", test_bytes);
    g_test_add_func("/pre-roll/it-begins-at-a-key-packet", test_groups);
    g_test_add_func("/pre-roll/another-size-begins-it-anew", test_other_size);
    g_test_add_func("/pre-roll/frames-that-are-too-large-are-not-kept", test_too_large);
    g_test_add_func("/pre-roll/a-group-that-outgrows-it-is-followed-by-another", test_long_group);
    g_test_add_func("/pre-roll/a-refused-allocation-only-shortens-it", test_no_memory);
    return g_test_run();
}
