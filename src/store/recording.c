/* SPDX-License-Identifier: MIT */
#include "store/recording.h"

#include "base/error.h"
#include "store/reserve.h"

#include <string.h>

static const char *const state_names[] = {"recording", "complete", "interrupted"};

const char *leat_recording_state_name(LeatRecordingState state)
{
    return state_names[state];
}

void leat_recording_free(LeatRecording *recording)
{
    if (!recording)
        return;
    g_free(recording->name);
    g_free(recording->source);
    g_free(recording->filter);
    g_free(recording->leat_version);
    leat_stream_info_clear(&recording->stream);
    g_free(recording);
}

bool leat_recording_check_name(const char *name, GError **error)
{
    const char *fault = NULL;

    if (!*name)
        fault = "is empty";
    else if (strspn(name, "0123456789") == strlen(name))
        fault = "has only digits, and would be taken for a number";
    else if (strlen(name) > LEAT_RECORDING_NAME_BYTES)
        fault = "is too long";
    else if (!g_utf8_validate(name, -1, NULL))
        fault = "is not UTF-8 text";
    for (const char *c = name; !fault && *c; c = g_utf8_next_char(c))
        if (g_unichar_iscntrl(g_utf8_get_char(c)))
            fault = "has control characters";
    if (!fault)
        return true;
    if (g_utf8_validate(name, -1, NULL) && *name && strlen(name) <= LEAT_RECORDING_NAME_BYTES)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "the recording's name '%s' %s; give it one such as 'morning'", name, fault);
    else
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "the recording's name %s; give it one such as 'morning'", fault);
    return false;
}

const char leat_recording_query[] =
    "SELECT r.id, r.name, r.state, r.source, r.filter, r.codec, r.pixel_format, r.width, r.height,"
    " r.color_range, r.color_space, r.color_primaries, r.color_transfer, r.sample_aspect_num,"
    " r.sample_aspect_den, r.time_base_num, r.time_base_den, r.rate_num, r.rate_den,"
    " r.record_rate_num, r.record_rate_den, r.extradata, r.started_wall_ns, r.leat_version,"
    " l.captured, l.capture_lost, l.process_in, l.process_out, l.process_lost, l.record_offered,"
    " l.record_stored, l.record_skipped, l.record_lost, l.present_offered, l.present_presented,"
    " l.present_replaced, l.predict_offered, l.predict_predicted, l.predict_replaced, l.reconnects,"
    " l.bytes, l.first_pts, l.last_pts, l.end_pts"
    " FROM recording r LEFT JOIN ledger l ON l.recording = r.id ";

/* Reads the columns in their order; remembers the first that is not what it should be. */
typedef struct {
    sqlite3_stmt *row;
    int column;
    const char *fault; /* the column's name, SQLite's */
} Reader;

static void refuse(Reader *reader)
{
    if (!reader->fault)
        reader->fault = sqlite3_column_name(reader->row, reader->column);
}

static int64_t number(Reader *reader, int64_t min, int64_t max)
{
    int64_t value = 0;

    if (sqlite3_column_type(reader->row, reader->column) == SQLITE_INTEGER)
        value = sqlite3_column_int64(reader->row, reader->column);
    else
        refuse(reader);
    if (value < min || value > max)
        refuse(reader);
    reader->column++;
    return value;
}

static int small(Reader *reader, int min, int max)
{
    return (int)number(reader, min, max);
}

static bool is_null(const Reader *reader)
{
    return sqlite3_column_type(reader->row, reader->column) == SQLITE_NULL;
}

static LeatRational rational(Reader *reader)
{
    LeatRational value = {0, 0};

    if (is_null(reader)) {
        reader->column += 2;
        return value;
    }
    value.num = small(reader, 1, INT32_MAX);
    value.den = small(reader, 1, INT32_MAX);
    return value;
}

/* A count of frames or bytes: never negative, and far from where sums overflow. */
static int64_t figure(Reader *reader)
{
    return number(reader, 0, LEAT_TICKS_MAX / 4);
}

/* Owned by the row. "" where it is no text. */
static const char *text(Reader *reader, size_t most)
{
    const char *value = "";

    if (sqlite3_column_type(reader->row, reader->column) == SQLITE_TEXT)
        value = (const char *)sqlite3_column_text(reader->row, reader->column);
    else
        refuse(reader);
    if (!value || strlen(value) > most || !g_utf8_validate(value, -1, NULL) ||
        strlen(value) != (size_t)sqlite3_column_bytes(reader->row, reader->column)) {
        refuse(reader);
        value = "";
    }
    reader->column++;
    return value;
}

static LeatRecordingState state(Reader *reader)
{
    const char *name;

    name = text(reader, 20);
    for (unsigned i = 0; i < G_N_ELEMENTS(state_names); i++)
        if (strcmp(name, state_names[i]) == 0)
            return (LeatRecordingState)i;
    reader->column--;
    refuse(reader);
    reader->column++;
    return LEAT_RECORDING_INTERRUPTED;
}

static void extradata(Reader *reader, LeatStreamInfo *stream)
{
    size_t bytes = (size_t)sqlite3_column_bytes(reader->row, reader->column);

    if (!is_null(reader) && (sqlite3_column_type(reader->row, reader->column) != SQLITE_BLOB ||
                             bytes > LEAT_RECORDING_EXTRADATA_BYTES)) {
        refuse(reader);
    } else if (bytes > 0) {
        stream->extradata = g_memdup2(sqlite3_column_blob(reader->row, reader->column), bytes);
        stream->extradata_size = bytes;
    }
    reader->column++;
}

static void read_stream(Reader *reader, LeatStreamInfo *stream, LeatRecording *recording)
{
    g_strlcpy(stream->codec, text(reader, sizeof(stream->codec) - 1), sizeof(stream->codec));
    g_strlcpy(stream->pixel_format, text(reader, sizeof(stream->pixel_format) - 1),
              sizeof(stream->pixel_format));
    stream->width = small(reader, 1, LEAT_MAX_EDGE);
    stream->height = small(reader, 1, LEAT_MAX_EDGE);
    stream->color_range = small(reader, 0, UINT16_MAX);
    stream->color_space = small(reader, 0, UINT16_MAX);
    stream->color_primaries = small(reader, 0, UINT16_MAX);
    stream->color_transfer = small(reader, 0, UINT16_MAX);
    stream->sample_aspect = rational(reader);
    stream->time_base.num = small(reader, 1, INT32_MAX);
    stream->time_base.den = small(reader, 1, INT32_MAX);
    stream->rate = rational(reader);
    recording->record_rate = rational(reader);
    extradata(reader, stream);
}

static void read_ledger(Reader *reader, LeatLedger *ledger)
{
    ledger->captured = figure(reader);
    ledger->capture_lost = figure(reader);
    ledger->process.in = figure(reader);
    ledger->process.out = figure(reader);
    ledger->process.lost = figure(reader);
    ledger->record.offered = figure(reader);
    ledger->record.stored = figure(reader);
    ledger->record.skipped = figure(reader);
    ledger->record.lost = figure(reader);
    ledger->present.offered = figure(reader);
    ledger->present.presented = figure(reader);
    ledger->present.replaced = figure(reader);
    ledger->predict.offered = figure(reader);
    ledger->predict.predicted = figure(reader);
    ledger->predict.replaced = figure(reader);
    ledger->reconnects = figure(reader);
}

static void read_span(Reader *reader, LeatRecording *recording)
{
    int64_t end_pts;

    if (recording->frames == 0 && is_null(reader)) {
        reader->column += 3;
        return;
    }
    recording->first_pts = number(reader, -LEAT_TICKS_MAX, LEAT_TICKS_MAX);
    recording->last_pts = number(reader, recording->first_pts, LEAT_TICKS_MAX);
    end_pts = number(reader, recording->last_pts, LEAT_TICKS_MAX);
    if (!reader->fault)
        recording->duration_ns =
            leat_ticks_to_ns(end_pts - recording->first_pts, recording->stream.time_base);
}

LeatRecording *leat_recording_read(const LeatDatabase *database, sqlite3_stmt *row, GError **error)
{
    Reader reader = {.row = row};
    LeatRecording *recording = g_new0(LeatRecording, 1);

    recording->id = number(&reader, 1, INT64_MAX);
    recording->name = g_strdup(text(&reader, LEAT_RECORDING_NAME_BYTES));
    recording->state = state(&reader);
    recording->source = g_strdup(text(&reader, 65536));
    recording->filter = g_strdup(text(&reader, 65536));
    read_stream(&reader, &recording->stream, recording);
    recording->started_wall_ns = number(&reader, INT64_MIN, INT64_MAX);
    recording->leat_version = g_strdup(text(&reader, 100));
    read_ledger(&reader, &recording->ledger);
    recording->frames = recording->ledger.record.stored;
    recording->bytes = figure(&reader);
    read_span(&reader, recording);
    if (!reader.fault)
        return recording;
    leat_database_corrupt(database, error,
                          "recording %" G_GINT64_FORMAT " has a value of its column '%s' that "
                          "cannot be",
                          recording->id, reader.fault);
    leat_recording_free(recording);
    return NULL;
}

bool leat_recording_settle_state(const LeatDatabase *database, LeatRecording *recording,
                                 GError **error)
{
    char *query;
    int64_t unfinished = 0;
    bool read;

    if (recording->state != LEAT_RECORDING_ACTIVE ||
        leat_reserve_is_marked(database->path, recording->id))
        return true;
    /* The writer is gone, but it may have ended the recording since the row was read. */
    query = g_strdup_printf(
        "SELECT state = 'recording' FROM recording WHERE id = %" G_GINT64_FORMAT, recording->id);
    read = leat_database_number(database, query, &unfinished, error);
    g_free(query);
    recording->state = unfinished ? LEAT_RECORDING_INTERRUPTED : LEAT_RECORDING_COMPLETE;
    return read;
}
