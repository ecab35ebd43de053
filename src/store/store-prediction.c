/* SPDX-License-Identifier: MIT */
#include "store/store-prediction.h"

#include "base/error.h"
#include "store/store-edit-internal.h"

#include <math.h>
#include <string.h>

void leat_predictions_free(LeatPredictions *predictions)
{
    if (!predictions)
        return;
    g_free(predictions->rows);
    g_string_chunk_free(predictions->texts);
    g_free(predictions);
}

/* seq, model, label, score; the label is the row's. */
static bool read_row(LeatStore *store, sqlite3_stmt *row, LeatStoredPrediction *prediction,
                     GError **error)
{
    *prediction = (LeatStoredPrediction){
        .seq = sqlite3_column_int64(row, 0),
        .model = sqlite3_column_int64(row, 1),
        .label = leat_store_text(row, 2, LEAT_NAME_BYTES),
        .score = sqlite3_column_double(row, 3),
    };
    if (prediction->label && sqlite3_column_type(row, 3) == SQLITE_FLOAT &&
        isfinite(prediction->score))
        return true;
    return leat_database_corrupt(
        &store->database, error,
        "the prediction of frame %" G_GINT64_FORMAT " has impossible values", prediction->seq);
}

static bool read_rows(LeatStore *store, int64_t recording, int64_t model, LeatPredictionFunc func,
                      void *data, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database,
        "SELECT seq, model, label, score FROM prediction WHERE recording = ?1"
        " AND (model = ?2 OR ?2 = -1 AND model = (SELECT max(model) FROM prediction o"
        " WHERE o.recording = ?1 AND o.seq = prediction.seq)) ORDER BY seq",
        error);
    bool good = statement != NULL, more = true;
    int rc;

    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    sqlite3_bind_int64(statement, 2, model);
    while (good && more && (rc = sqlite3_step(statement)) != SQLITE_DONE) {
        LeatStoredPrediction prediction;

        good = rc == SQLITE_ROW ? read_row(store, statement, &prediction, error)
                                : leat_database_fail(&store->database, "read", error);
        more = good && func(&prediction, data);
    }
    sqlite3_finalize(statement);
    return good;
}

typedef struct {
    GStringChunk *texts;
    GArray *rows;
} Keeping;

static bool keep_row(const LeatStoredPrediction *prediction, void *data)
{
    Keeping *keeping = data;
    LeatStoredPrediction row = *prediction;

    row.label = g_string_chunk_insert_const(keeping->texts, prediction->label);
    g_array_append_val(keeping->rows, row);
    return true;
}

LeatPredictions *leat_store_predictions(LeatStore *store, int64_t recording, int64_t model,
                                        GError **error)
{
    LeatPredictions *predictions = g_new0(LeatPredictions, 1);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(LeatStoredPrediction));
    GError *cause = NULL;

    predictions->texts = g_string_chunk_new(1024);
    if (leat_store_has_learning(store, &cause))
        read_rows(store, recording, model, keep_row, &(Keeping){predictions->texts, rows}, &cause);
    predictions->count = rows->len;
    predictions->rows = (LeatStoredPrediction *)(void *)g_array_free(rows, FALSE);
    if (!cause)
        return predictions;
    g_propagate_error(error, cause);
    leat_predictions_free(predictions);
    return NULL;
}

bool leat_store_each_prediction(LeatStore *store, int64_t recording, LeatPredictionFunc func,
                                void *data, GError **error)
{
    GError *cause = NULL;

    if (leat_store_has_learning(store, &cause))
        read_rows(store, recording, -1, func, data, &cause);
    if (!cause)
        return true;
    g_propagate_error(error, cause);
    return false;
}

/* label, score, the model's name and kind */
static bool read_one(LeatStore *store, sqlite3_stmt *row, int64_t seq,
                     LeatFramePrediction *prediction, GError **error)
{
    const char *label = leat_store_text(row, 0, LEAT_NAME_BYTES);
    const char *model = leat_store_text(row, 2, LEAT_NAME_BYTES);
    const char *kind = leat_store_text(row, 3, LEAT_NAME_BYTES);

    if (!label || !model || !kind)
        return leat_database_corrupt(
            &store->database, error,
            "the prediction of frame %" G_GINT64_FORMAT " has impossible values", seq);
    g_strlcpy(prediction->label, label, sizeof(prediction->label));
    g_strlcpy(prediction->model, model, sizeof(prediction->model));
    prediction->score = sqlite3_column_double(row, 1);
    prediction->number = strcmp(kind, "number") == 0;
    return true;
}

bool leat_store_prediction_of(LeatStore *store, int64_t recording, int64_t seq,
                              LeatFramePrediction *prediction, bool *got, GError **error)
{
    GError *cause = NULL;
    sqlite3_stmt *statement;
    bool good;
    int rc;

    *got = false;
    if (!leat_store_has_learning(store, &cause)) {
        if (cause)
            g_propagate_error(error, cause);
        return !cause;
    }
    statement = leat_database_prepare(&store->database,
                                      "SELECT label, score, name, kind FROM prediction"
                                      " JOIN model ON model.id = prediction.model"
                                      " WHERE recording = ? AND seq = ? ORDER BY model.id DESC"
                                      " LIMIT 1",
                                      error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    sqlite3_bind_int64(statement, 2, seq);
    rc = sqlite3_step(statement);
    *got = rc == SQLITE_ROW;
    good = rc == SQLITE_DONE || (*got ? read_one(store, statement, seq, prediction, error)
                                      : leat_database_fail(&store->database, "read", error));
    sqlite3_finalize(statement);
    return good;
}

static void free_use(gpointer data)
{
    LeatStoredModelUse *use = data;

    g_free(use->name);
    g_free(use->sha256);
    g_free(use);
}

static bool read_uses(LeatStore *store, int64_t recording, GPtrArray *uses, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database,
        "SELECT m.id, m.name, m.sha256,"
        " (SELECT count(*) FROM prediction WHERE recording = ?1 AND model = m.id),"
        " coalesce((SELECT min(first_seq) FROM model_use WHERE recording = ?1 AND model = m.id), -1)"
        " FROM model m WHERE m.id IN (SELECT model FROM model_use WHERE recording = ?1)"
        " OR EXISTS (SELECT 1 FROM prediction WHERE recording = ?1 AND model = m.id)"
        " ORDER BY m.id",
        error);
    bool good = statement != NULL;
    int rc;

    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    while (good && (rc = sqlite3_step(statement)) != SQLITE_DONE) {
        if (rc == SQLITE_ROW) {
            LeatStoredModelUse *use = g_new0(LeatStoredModelUse, 1);

            use->model = sqlite3_column_int64(statement, 0);
            use->name = g_strdup(leat_store_text(statement, 1, LEAT_NAME_BYTES));
            use->sha256 = g_strdup(leat_store_text(statement, 2, 64));
            use->predictions = sqlite3_column_int64(statement, 3);
            use->live_from_seq = sqlite3_column_int64(statement, 4);
            g_ptr_array_add(uses, use);
            good = use->name && use->sha256;
            if (!good)
                leat_database_corrupt(&store->database, error,
                                      "model %" G_GINT64_FORMAT " has impossible values",
                                      use->model);
        } else {
            good = leat_database_fail(&store->database, "read", error);
        }
    }
    sqlite3_finalize(statement);
    return good;
}

GPtrArray *leat_store_model_uses(LeatStore *store, int64_t recording, GError **error)
{
    GPtrArray *uses = g_ptr_array_new_with_free_func(free_use);
    GError *cause = NULL;

    if (leat_store_has_learning(store, &cause))
        read_uses(store, recording, uses, &cause);
    if (!cause)
        return uses;
    g_propagate_error(error, cause);
    g_ptr_array_unref(uses);
    return NULL;
}

typedef struct {
    int64_t recording, model;
    const LeatStoredPrediction *rows;
    size_t count;
} Change;

static bool set_rows(LeatStore *store, void *data, GError **error)
{
    const Change *change = data;
    sqlite3_stmt *replace = leat_database_prepare(
        &store->database,
        "INSERT OR REPLACE INTO prediction (recording, seq, model, label, score)"
        " VALUES (?, ?, ?, ?, ?)",
        error);
    bool done = replace != NULL;

    for (size_t i = 0; done && i < change->count; i++) {
        const LeatStoredPrediction *row = &change->rows[i];

        sqlite3_bind_int64(replace, 1, change->recording);
        sqlite3_bind_int64(replace, 2, row->seq);
        sqlite3_bind_int64(replace, 3, change->model);
        leat_statement_bind_text(replace, 4, row->label);
        sqlite3_bind_double(replace, 5, row->score);
        done = leat_statement_run(&store->database, replace, error);
    }
    sqlite3_finalize(replace);
    return done;
}

bool leat_store_set_predictions(LeatStore *store, int64_t recording, int64_t model,
                                const LeatStoredPrediction *rows, size_t count, GError **error)
{
    Change change = {recording, model, rows, count};

    return leat_store_change(store, set_rows, &change, error);
}
