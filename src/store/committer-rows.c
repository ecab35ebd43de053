/* SPDX-License-Identifier: MIT */
#include "store/committer-internal.h"

#include <math.h>

static void bind_rational(sqlite3_stmt *statement, int column, LeatRational value)
{
    if (!leat_rational_is_set(value))
        return; /* NULL */
    sqlite3_bind_int(statement, column, value.num);
    sqlite3_bind_int(statement, column + 1, value.den);
}

static bool insert_ledger(LeatCommitter *committer, GError **error)
{
    char *sql =
        g_strdup_printf("INSERT INTO ledger VALUES (%" G_GINT64_FORMAT
                        ", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL)",
                        committer->id);
    bool done = leat_database_execute(&committer->database, sql, "write", error);

    g_free(sql);
    return done;
}

bool leat_rows_insert_recording(LeatCommitter *committer, const char *source, const char *filter,
                                LeatRational record_rate, const LeatStreamInfo *stream,
                                GError **error)
{
    sqlite3_stmt *insert = leat_database_prepare(
        &committer->database,
        "INSERT INTO recording (name, state, source, filter, codec, pixel_format, width, height,"
        " color_range, color_space, color_primaries, color_transfer, sample_aspect_num,"
        " sample_aspect_den, time_base_num, time_base_den, rate_num, rate_den, record_rate_num,"
        " record_rate_den, extradata, started_wall_ns, leat_version) VALUES (?1, 'recording', ?2,"
        " ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,"
        " '" LEAT_VERSION "')",
        error);
    bool done;

    if (!insert)
        return false;
    leat_statement_bind_text(insert, 1, committer->name);
    leat_statement_bind_text(insert, 2, source);
    leat_statement_bind_text(insert, 3, filter);
    leat_statement_bind_text(insert, 4, stream->codec);
    leat_statement_bind_text(insert, 5, stream->pixel_format);
    sqlite3_bind_int(insert, 6, stream->width);
    sqlite3_bind_int(insert, 7, stream->height);
    sqlite3_bind_int(insert, 8, stream->color_range);
    sqlite3_bind_int(insert, 9, stream->color_space);
    sqlite3_bind_int(insert, 10, stream->color_primaries);
    sqlite3_bind_int(insert, 11, stream->color_transfer);
    bind_rational(insert, 12, stream->sample_aspect);
    bind_rational(insert, 14, stream->time_base);
    bind_rational(insert, 16, stream->rate);
    bind_rational(insert, 18, record_rate);
    if (stream->extradata_size > 0)
        sqlite3_bind_blob64(insert, 20, stream->extradata, stream->extradata_size, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 21, leat_clock_wall_ns());
    done = leat_statement_run(&committer->database, insert, error);
    sqlite3_finalize(insert);
    if (!done)
        return false;
    committer->id = sqlite3_last_insert_rowid(committer->database.db);
    return insert_ledger(committer, error);
}

/* By hash and name: the file may be another than the one that the model was loaded from. */
static bool prepare_predictions(LeatCommitter *committer, GError **error)
{
    /* A program is known to the library from its first answer on. */
    committer->insert_program = leat_database_prepare(
        &committer->database,
        "INSERT OR IGNORE INTO model (name, sha256, kind, labels, samples, options, metrics,"
        " leat_version, created_wall_ns)"
        " VALUES (?1, ?2, 'external', '[]', 0, '{}', '{}', '" LEAT_VERSION "', ?3)",
        error);
    if (!committer->insert_program)
        return false;
    committer->insert_prediction = leat_database_prepare(
        &committer->database,
        "INSERT OR REPLACE INTO prediction (recording, seq, model, label, score)"
        " SELECT recording, seq, m.id, ?3, ?4 FROM frame JOIN model m"
        " ON m.sha256 = ?5 AND m.name = ?6 WHERE recording = ?1 AND seq = ?2",
        error);
    if (!committer->insert_prediction)
        return false;
    committer->insert_model_use = leat_database_prepare(
        &committer->database,
        "INSERT INTO model_use (recording, first_seq, model) SELECT ?1, ?2, model FROM prediction"
        " WHERE recording = ?1 AND seq = ?2 AND model IS NOT (SELECT model FROM model_use"
        " WHERE recording = ?1 ORDER BY first_seq DESC LIMIT 1)",
        error);
    return committer->insert_model_use != NULL;
}

bool leat_rows_prepare(LeatCommitter *committer, GError **error)
{
    const LeatDatabase *database = &committer->database;

    committer->insert_frame =
        leat_database_prepare(database,
                              "INSERT INTO frame (recording, seq, captured_ns, wall_ns, pts, dts,"
                              " duration, key, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                              error);
    committer->replace_loss =
        committer->insert_frame
            ? leat_database_prepare(database,
                                    "INSERT OR REPLACE INTO loss VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
                                    " ?)",
                                    error)
            : NULL;
    committer->update_ledger =
        committer->replace_loss
            ? leat_database_prepare(
                  database,
                  "UPDATE ledger SET captured = ?2, capture_lost = ?3, process_in = ?4,"
                  " process_out = ?5, process_lost = ?6, record_offered = ?7, record_stored = ?8,"
                  " record_skipped = ?9, record_lost = ?10, present_offered = ?11,"
                  " present_presented = ?12, present_replaced = ?13, predict_offered = ?14,"
                  " predict_predicted = ?15, predict_replaced = ?16, reconnects = ?17, bytes = ?18,"
                  " first_pts = ?19, last_pts = ?20, end_pts = ?21 WHERE recording = ?1",
                  error)
            : NULL;
    return committer->update_ledger && prepare_predictions(committer, error);
}

static void add_to_totals(LeatStoredTotals *totals, const LeatPacket *packet, LeatRational rate)
{
    int64_t pts = packet->times.pts, duration = packet->duration;

    if (duration == 0 && leat_rational_is_set(rate))
        duration = leat_ns_to_ticks(LEAT_NS_PER_S * rate.den / rate.num, packet->times.time_base);
    if (totals->stored == 0) {
        totals->first_pts = totals->last_pts = pts;
        totals->end_pts = pts + duration;
    }
    totals->first_pts = MIN(totals->first_pts, pts);
    totals->last_pts = MAX(totals->last_pts, pts);
    totals->end_pts = MAX(totals->end_pts, pts + duration);
    totals->stored++;
    totals->bytes += (int64_t)packet->size;
}

bool leat_rows_write_packets(LeatCommitter *committer, const LeatBatch *batch,
                             LeatStoredTotals *totals, GError **error)
{
    sqlite3_stmt *insert = committer->insert_frame;

    for (const LeatHeldPacket *held = batch->head; held; held = held->next) {
        const LeatPacket *packet = &held->packet;

        sqlite3_bind_int64(insert, 1, committer->id);
        sqlite3_bind_int64(insert, 2, packet->times.seq);
        sqlite3_bind_int64(insert, 3, packet->times.captured_ns);
        sqlite3_bind_int64(insert, 4, packet->times.wall_ns);
        sqlite3_bind_int64(insert, 5, packet->times.pts);
        sqlite3_bind_int64(insert, 6, packet->dts);
        sqlite3_bind_int64(insert, 7, packet->duration);
        sqlite3_bind_int(insert, 8, packet->key);
        sqlite3_bind_blob64(insert, 9, packet->data, packet->size, SQLITE_STATIC);
        if (!leat_statement_run(&committer->database, insert, error))
            return false;
        add_to_totals(totals, packet, committer->stream.rate);
    }
    return true;
}

static bool write_program(LeatCommitter *committer, const LeatPrediction *prediction,
                          GError **error)
{
    leat_statement_bind_text(committer->insert_program, 1, prediction->model);
    leat_statement_bind_text(committer->insert_program, 2, prediction->sha256);
    sqlite3_bind_int64(committer->insert_program, 3, leat_clock_wall_ns());
    return leat_statement_run(&committer->database, committer->insert_program, error);
}

bool leat_rows_write_predictions(LeatCommitter *committer, const LeatBatch *batch, GError **error)
{
    sqlite3_stmt *insert = committer->insert_prediction, *use = committer->insert_model_use;
    int64_t due = leat_batch_due_seq(batch);

    for (guint i = 0; i < batch->predictions->len; i++) {
        const LeatPrediction *prediction = &g_array_index(batch->predictions, LeatPrediction, i);

        if (prediction->seq > due || !isfinite(prediction->score))
            continue;
        if (prediction->external && !write_program(committer, prediction, error))
            return false;
        sqlite3_bind_int64(insert, 1, committer->id);
        sqlite3_bind_int64(insert, 2, prediction->seq);
        leat_statement_bind_text(insert, 3, prediction->label);
        sqlite3_bind_double(insert, 4, prediction->score);
        leat_statement_bind_text(insert, 5, prediction->sha256);
        leat_statement_bind_text(insert, 6, prediction->model);
        sqlite3_bind_int64(use, 1, committer->id);
        sqlite3_bind_int64(use, 2, prediction->seq);
        if (!leat_statement_run(&committer->database, insert, error) ||
            !leat_statement_run(&committer->database, use, error))
            return false;
    }
    return true;
}

bool leat_rows_write_losses(LeatCommitter *committer, const LeatBatch *batch, GError **error)
{
    sqlite3_stmt *replace = committer->replace_loss;

    for (guint i = 0; i < batch->losses->len; i++) {
        const LeatLoss *loss = &g_array_index(batch->losses, LeatLoss, i);

        sqlite3_bind_int64(replace, 1, committer->id);
        sqlite3_bind_int64(replace, 2, (int64_t)batch->from + i);
        leat_statement_bind_text(replace, 3, leat_loss_stage_name(loss->stage));
        /* It may have been cut off within a character. */
        sqlite3_bind_text(replace, 4, g_utf8_make_valid(loss->reason, -1), -1, g_free);
        sqlite3_bind_int64(replace, 5, loss->first);
        sqlite3_bind_int64(replace, 6, loss->last);
        sqlite3_bind_int64(replace, 7, loss->count);
        sqlite3_bind_int64(replace, 8, loss->wall_ns);
        sqlite3_bind_int64(replace, 9, loss->duration_ns);
        if (!leat_statement_run(&committer->database, replace, error))
            return false;
    }
    return true;
}

bool leat_rows_write_ledger(LeatCommitter *committer, const LeatLedger *l,
                            const LeatStoredTotals *totals, GError **error)
{
    const int64_t figures[] = {
        committer->id,       l->captured,        l->capture_lost,      l->process.in,
        l->process.out,      l->process.lost,    l->record.offered,    l->record.stored,
        l->record.skipped,   l->record.lost,     l->present.offered,   l->present.presented,
        l->present.replaced, l->predict.offered, l->predict.predicted, l->predict.replaced,
        l->reconnects,       totals->bytes,      totals->first_pts,    totals->last_pts,
        totals->end_pts,
    };

    for (int i = 0; i < (int)G_N_ELEMENTS(figures); i++)
        sqlite3_bind_int64(committer->update_ledger, i + 1, figures[i]);
    if (totals->stored == 0)
        for (int column = 19; column <= 21; column++)
            sqlite3_bind_null(committer->update_ledger, column);
    return leat_statement_run(&committer->database, committer->update_ledger, error);
}

void leat_rows_finish(LeatCommitter *committer)
{
    sqlite3_finalize(committer->insert_frame);
    sqlite3_finalize(committer->replace_loss);
    sqlite3_finalize(committer->update_ledger);
    sqlite3_finalize(committer->insert_prediction);
    sqlite3_finalize(committer->insert_model_use);
    sqlite3_finalize(committer->insert_program);
}
