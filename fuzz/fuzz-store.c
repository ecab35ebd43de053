/* SPDX-License-Identifier: MIT */
/* A library file from outside: opened, listed, walked and checked, as `leat verify` does. The input
 * is either the file itself (first byte 0) or a list of edits to a sound one, of four bytes each:
 * the page, where in it (its head or its end, where SQLite keeps what matters), and the byte to put
 * there. */
#include "base/error.h"
#include "store/store-writer.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *path;
static char *sound;
static gsize sound_size;

static void remove_files(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        char *name = g_strconcat(path, suffixes[i], NULL);

        unlink(name);
        g_free(name);
    }
}

static void make_sound_file(void)
{
    static uint8_t bytes[40000];
    LeatStoreWriterOptions options;
    LeatStreamInfo stream = {.codec = "h264",
                             .pixel_format = "yuv420p",
                             .width = 640,
                             .height = 480,
                             .time_base = {1, 30},
                             .extradata = bytes,
                             .extradata_size = 40};
    LeatLoss loss = {.reason = "made up", .first = 3, .last = 4, .count = 2};
    LeatLedger ledger = {.captured = 22, .capture_lost = 2};
    LeatStoreWriter *writer;

    path = g_strdup_printf("/dev/shm/leat-fuzz-%d.leat", getpid());
    options = (LeatStoreWriterOptions){.path = path, .source = "test"};
    writer = leat_store_writer_open(&options, NULL);
    leat_store_writer_begin(writer, &stream, NULL);
    for (int64_t seq = 0; seq < 20; seq++) {
        LeatPacket packet = {
            .times = {.seq = seq, .pts = seq, .time_base = {1, 30}},
            .dts = seq,
            .key = seq % 5 == 0,
            .data = bytes,
            .size = seq == 7 ? sizeof(bytes) : 50 + (size_t)seq,
        };

        leat_store_writer_add(writer, &packet, NULL);
    }
    ledger.process.in = ledger.process.out = ledger.record.offered = 20;
    leat_store_writer_set_ledger(writer, &ledger, &loss, 0, 1);
    leat_store_writer_finish(writer, NULL);
    if (!g_file_get_contents(path, &sound, &sound_size, NULL))
        abort();
    atexit(remove_files);
}

static void edit(char *file, const uint8_t *edits, size_t count)
{
    for (size_t i = 0; i < count; i++, edits += 4) {
        size_t page = edits[0] % (sound_size / 16384) * 16384;
        size_t where = (size_t)(edits[1] << 8 | edits[2]);
        size_t offset = where < 32768 ? where % 256 : 16383 - where % 2048;

        file[page + offset] = (char)edits[3];
    }
}

static void walk(LeatStore *store, int64_t recording)
{
    LeatStoreCursor *cursor =
        leat_store_packets(store, recording, INT64_MIN, INT64_MAX, true, NULL);
    LeatPacket packet;
    unsigned sum = 0;
    bool got;
    int64_t seq;

    while (cursor && leat_store_cursor_next(cursor, &packet, &got, NULL) && got)
        sum += packet.data[0] + packet.data[packet.size - 1];
    leat_store_cursor_free(cursor);
    leat_store_seq_at(store, recording, (int64_t)sum * LEAT_NS_PER_MS, &seq, NULL);
}

static void use(LeatStore *store)
{
    GPtrArray *recordings = leat_store_list(store, NULL);
    GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
    GError *error = NULL;

    for (guint i = 0; recordings && i < recordings->len; i++) {
        const LeatRecording *recording = recordings->pdata[i];
        GArray *losses = leat_store_losses(store, recording->id, NULL);

        if (losses)
            g_array_unref(losses);
        leat_recording_free(leat_store_find(store, recording->name, NULL));
        walk(store, recording->id);
    }
    walk(store, 1);
    leat_recording_free(leat_store_find(store, "no such", NULL));
    if (!leat_store_check(store, -1, faults, &error) && !error)
        abort();
    g_clear_error(&error);
    g_ptr_array_unref(faults);
    if (recordings)
        g_ptr_array_unref(recordings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GError *error = NULL;
    LeatStore *store;

    if (!path)
        make_sound_file();
    if (size == 0)
        return 0;
    remove_files();
    if (data[0] == 0) {
        g_file_set_contents(path, (const char *)data + 1, (gssize)size - 1, NULL);
    } else {
        char *file = g_memdup2(sound, sound_size);

        edit(file, data + 1, (size - 1) / 4);
        g_file_set_contents(path, file, (gssize)sound_size, NULL);
        g_free(file);
    }
    store = leat_store_open(path, NULL, &error);
    if (store)
        use(store);
    else if (!error)
        abort();
    g_clear_error(&error);
    leat_store_close(store);
    return 0;
}
