/* SPDX-License-Identifier: MIT */
#include "store/store-model.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/store-edit-internal.h"

#include <math.h>
#include <string.h>

/* What a number at the end of a name takes, with its hyphen. */
#define NUMBER_BYTES 20

static const char *const kind_names[] = {"classes", "number", "external"};

void leat_stored_model_free(LeatStoredModel *model)
{
    if (!model)
        return;
    g_free(model->name);
    g_free(model->labels);
    g_free(model->options);
    g_free(model->metrics);
    g_free(model->parent_name);
    g_free(model->leat_version);
    g_free(model->weights);
    g_free(model);
}

static void free_model(gpointer model)
{
    leat_stored_model_free(model);
}

bool leat_store_check_model_name(const char *name, GError **error)
{
    return leat_store_check_text(name, "the model's name", "'feeder'", error);
}

static void hash(const uint8_t *weights, size_t bytes, char sha256[65])
{
    char *text = g_compute_checksum_for_data(G_CHECKSUM_SHA256, weights, bytes);

    g_strlcpy(sha256, text, 65);
    g_free(text);
}

#define COLUMNS                                                                              \
    "m.id, m.name, m.sha256, m.kind, m.labels, m.samples, m.accuracy, m.options, m.metrics," \
    " m.parent, p.name, m.leat_version, m.created_wall_ns"
#define SOURCE " FROM model m LEFT JOIN model p ON p.id = m.parent "

static bool read_values(sqlite3_stmt *row, LeatStoredModel *model)
{
    const char *name = leat_store_text(row, 1, LEAT_NAME_BYTES);
    const char *sha256 = leat_store_text(row, 2, 64);
    const char *kind = leat_store_text(row, 3, 20);
    const char *labels = leat_store_text(row, 4, LEAT_JSON_BYTES);
    const char *options = leat_store_text(row, 7, LEAT_JSON_BYTES);
    const char *metrics = leat_store_text(row, 8, LEAT_JSON_BYTES);
    const char *version = leat_store_text(row, 11, 100);

    model->id = sqlite3_column_int64(row, 0);
    if (!name || !*name || !sha256 || strlen(sha256) != 64 || !kind || !labels || !options ||
        !metrics || !version)
        return false;
    model->name = g_strdup(name);
    g_strlcpy(model->sha256, sha256, sizeof(model->sha256));
    while (model->kind < LEAT_STORED_EXTERNAL && strcmp(kind, kind_names[model->kind]) != 0)
        model->kind++;
    model->labels = g_strdup(labels);
    model->samples = sqlite3_column_int64(row, 5);
    model->has_accuracy = sqlite3_column_type(row, 6) == SQLITE_FLOAT;
    model->accuracy = sqlite3_column_double(row, 6);
    model->options = g_strdup(options);
    model->metrics = g_strdup(metrics);
    model->parent = sqlite3_column_int64(row, 9);
    model->parent_name = g_strdup(leat_store_text(row, 10, LEAT_NAME_BYTES));
    model->leat_version = g_strdup(version);
    model->created_wall_ns = sqlite3_column_int64(row, 12);
    return strcmp(kind, kind_names[model->kind]) == 0 && model->samples >= 0 &&
           (!model->has_accuracy || (model->accuracy >= 0 && model->accuracy <= 1));
}

static LeatStoredModel *read_model(LeatStore *store, sqlite3_stmt *row, GError **error)
{
    LeatStoredModel *model = g_new0(LeatStoredModel, 1);

    if (read_values(row, model))
        return model;
    leat_database_corrupt(&store->database, error,
                          "model %" G_GINT64_FORMAT " has impossible values", model->id);
    leat_stored_model_free(model);
    return NULL;
}

GPtrArray *leat_store_models(LeatStore *store, GError **error)
{
    GPtrArray *models = g_ptr_array_new_with_free_func(free_model);
    GError *cause = NULL;
    sqlite3_stmt *statement = NULL;
    int rc = SQLITE_DONE;

    if (leat_store_has_learning(store, &cause))
        statement = leat_database_prepare(&store->database,
                                          "SELECT " COLUMNS SOURCE "ORDER BY m.id", &cause);
    while (!cause && statement && (rc = sqlite3_step(statement)) != SQLITE_DONE) {
        LeatStoredModel *model = NULL;

        if (rc == SQLITE_ROW)
            model = read_model(store, statement, &cause);
        else
            leat_database_fail(&store->database, "read", &cause);
        if (model)
            g_ptr_array_add(models, model);
    }
    sqlite3_finalize(statement);
    if (!cause)
        return models;
    g_propagate_error(error, cause);
    g_ptr_array_unref(models);
    return NULL;
}

/* "no model 'x' in FILE; it has 'a', 'b'". */
static void set_not_found(LeatStore *store, const char *wanted, GError **error)
{
    g_autoptr(GPtrArray) models = leat_store_models(store, error);
    GString *names;

    if (!models)
        return;
    names = g_string_new(NULL);
    for (guint i = 0; i < MIN(models->len, 20); i++)
        g_string_append_printf(names, "%s'%s'", i ? ", " : "",
                               ((const LeatStoredModel *)models->pdata[i])->name);
    if (models->len > 20)
        g_string_append(names, " and more (see 'leat models')");
    if (models->len > 0)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND, "no model '%s' in %s; it has %s",
                    wanted, store->database.path, names->str);
    else
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "no model '%s' in %s: it has none at all; make one with 'leat train'", wanted,
                    store->database.path);
    g_string_free(names, TRUE);
}

/* Column 13. */
static bool read_weights(LeatStore *store, sqlite3_stmt *row, LeatStoredModel *model,
                         GError **error)
{
    const void *weights = sqlite3_column_blob(row, 13);
    size_t bytes = (size_t)sqlite3_column_bytes(row, 13);
    char sha256[65];

    if (model->kind == LEAT_STORED_EXTERNAL) {
        hash((const uint8_t *)model->name, strlen(model->name), sha256);
        return strcmp(sha256, model->sha256) == 0 ||
               leat_database_corrupt(
                   &store->database, error,
                   "model '%s' is a program, and its hash is not that of its name", model->name);
    }
    if (!weights && (sqlite3_errcode(store->database.db) & 0xff) == SQLITE_NOMEM)
        return leat_error_no_memory(error, bytes, "the weights of a model") != NULL;
    model->weights = weights ? g_try_malloc(bytes) : NULL;
    if (weights && !model->weights)
        return leat_error_no_memory(error, bytes, "the weights of a model") != NULL;
    if (weights) {
        memcpy(model->weights, weights, bytes);
        model->weight_bytes = bytes;
        hash(model->weights, bytes, sha256);
    }
    if (weights && strcmp(sha256, model->sha256) == 0)
        return true;
    return leat_database_corrupt(&store->database, error,
                                 "the weights of model '%s' are not those that were stored: their "
                                 "hash is another",
                                 model->name);
}

LeatStoredModel *leat_store_find_model(LeatStore *store, const char *name, GError **error)
{
    GError *cause = NULL;
    bool has = leat_store_has_learning(store, &cause), good = false;
    sqlite3_stmt *statement;
    LeatStoredModel *model = NULL;
    int rc;

    if (cause) {
        g_propagate_error(error, cause);
        return NULL;
    }
    if (!has) {
        set_not_found(store, name, error);
        return NULL;
    }
    statement = leat_database_prepare(
        &store->database, "SELECT " COLUMNS ", m.weights" SOURCE "WHERE m.name = ?", error);
    if (!statement)
        return NULL;
    leat_statement_bind_text(statement, 1, name);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        model = read_model(store, statement, error);
        good = model && read_weights(store, statement, model, error);
    } else if (rc != SQLITE_DONE) {
        leat_database_fail(&store->database, "read", error);
    }
    sqlite3_finalize(statement);
    if (rc == SQLITE_DONE)
        set_not_found(store, name, error);
    if (good)
        return model;
    leat_stored_model_free(model);
    return NULL;
}

GArray *leat_store_model_samples(LeatStore *store, int64_t model, GError **error)
{
    sqlite3_stmt *statement =
        leat_database_prepare(&store->database,
                              "SELECT recording, seq, target, split = 'validate' FROM model_sample"
                              " WHERE model = ? ORDER BY recording, seq",
                              error);
    GArray *samples;
    int rc;

    if (!statement)
        return NULL;
    samples = g_array_new(FALSE, FALSE, sizeof(LeatStoredSample));
    sqlite3_bind_int64(statement, 1, model);
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        LeatStoredSample sample = {
            .recording = sqlite3_column_int64(statement, 0),
            .seq = sqlite3_column_int64(statement, 1),
            .target = sqlite3_column_double(statement, 2),
            .validate = sqlite3_column_int(statement, 3) != 0,
        };

        g_array_append_val(samples, sample);
    }
    if (rc != SQLITE_DONE)
        leat_database_fail(&store->database, "read", error);
    sqlite3_finalize(statement);
    if (rc == SQLITE_DONE)
        return samples;
    g_array_unref(samples);
    return NULL;
}

bool leat_store_check_new_model(LeatStore *store, const char *name, GError **error)
{
    GError *cause = NULL;
    int taken;

    if (!leat_store_check_model_name(name, error))
        return false;
    if (!leat_store_has_learning(store, &cause)) {
        if (cause)
            g_propagate_error(error, cause);
        return !cause;
    }
    taken = leat_database_has_name(&store->database, "model", name, error);
    if (taken > 0)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS,
                    "%s has a model '%s' already; choose another name, or remove it with 'leat "
                    "models %s remove %s'",
                    store->database.path, name, store->database.path, name);
    return taken == 0;
}

typedef struct {
    LeatStoredModel *model;
    const GArray *samples;
    const char *after; /* the name of whose successor it is; NULL: of none */
} Addition;

/* Without the number that it may end in, and short enough for one. */
static char *stem_of(const char *name)
{
    size_t length = strlen(name);
    char *stem, *end;

    while (length > 0 && g_ascii_isdigit(name[length - 1]))
        length--;
    stem = g_strdup(name);
    if (length > 1 && name[length] && name[length - 1] == '-')
        stem[length - 1] = '\0';
    end = stem + MIN(strlen(stem), LEAT_NAME_BYTES - NUMBER_BYTES);
    if (*end)
        *g_utf8_find_prev_char(stem, end + 1) = '\0';
    return stem;
}

/* Inside the transaction, where nobody else can take the name. */
static bool choose_name(LeatStore *store, const Addition *addition, GError **error)
{
    LeatStoredModel *model = addition->model;
    g_autofree char *stem = addition->after ? stem_of(addition->after) : g_strdup("model");

    if (model->name)
        return leat_store_check_new_model(store, model->name, error);
    model->name =
        leat_database_free_name(&store->database, "model", stem, addition->after ? 2 : 1, error);
    return model->name != NULL;
}

static bool insert_model(LeatStore *store, LeatStoredModel *model, GError **error)
{
    sqlite3_stmt *insert = leat_database_prepare(
        &store->database,
        "INSERT INTO model (name, sha256, kind, labels, samples, accuracy, options, metrics,"
        " parent, leat_version, created_wall_ns, weights)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '" LEAT_VERSION "', ?10, ?11)",
        error);
    bool done;

    if (!insert)
        return false;
    leat_statement_bind_text(insert, 1, model->name);
    leat_statement_bind_text(insert, 2, model->sha256);
    leat_statement_bind_text(insert, 3, kind_names[model->kind]);
    leat_statement_bind_text(insert, 4, model->labels);
    sqlite3_bind_int64(insert, 5, model->samples);
    if (model->has_accuracy)
        sqlite3_bind_double(insert, 6, model->accuracy);
    leat_statement_bind_text(insert, 7, model->options);
    leat_statement_bind_text(insert, 8, model->metrics);
    if (model->parent > 0)
        sqlite3_bind_int64(insert, 9, model->parent);
    sqlite3_bind_int64(insert, 10, leat_clock_wall_ns());
    sqlite3_bind_blob64(insert, 11, model->weights, model->weight_bytes, SQLITE_STATIC);
    done = leat_statement_run(&store->database, insert, error);
    sqlite3_finalize(insert);
    model->id = done ? sqlite3_last_insert_rowid(store->database.db) : 0;
    return done;
}

static bool insert_samples(LeatStore *store, int64_t model, const GArray *samples, GError **error)
{
    sqlite3_stmt *insert = leat_database_prepare(
        &store->database,
        "INSERT INTO model_sample (model, recording, seq, target, split) VALUES (?, ?, ?, ?, ?)",
        error);
    bool done = insert != NULL;

    for (guint i = 0; done && i < samples->len; i++) {
        const LeatStoredSample *sample = &g_array_index(samples, LeatStoredSample, i);

        sqlite3_bind_int64(insert, 1, model);
        sqlite3_bind_int64(insert, 2, sample->recording);
        sqlite3_bind_int64(insert, 3, sample->seq);
        sqlite3_bind_double(insert, 4, sample->target);
        leat_statement_bind_text(insert, 5, sample->validate ? "validate" : "train");
        done = leat_statement_run(&store->database, insert, error);
    }
    sqlite3_finalize(insert);
    return done;
}

static bool add_model(LeatStore *store, void *data, GError **error)
{
    Addition *addition = data;

    return choose_name(store, addition, error) && insert_model(store, addition->model, error) &&
           insert_samples(store, addition->model->id, addition->samples, error);
}

bool leat_store_add_model(LeatStore *store, LeatStoredModel *model, const GArray *samples,
                          GError **error)
{
    return leat_store_add_successor(store, model, NULL, samples, error);
}

bool leat_store_add_successor(LeatStore *store, LeatStoredModel *model, const char *after,
                              const GArray *samples, GError **error)
{
    Addition addition = {model, samples, after};

    hash(model->weights, model->weight_bytes, model->sha256);
    return leat_store_change(store, add_model, &addition, error);
}

static bool remove_model(LeatStore *store, void *data, GError **error)
{
    sqlite3_stmt *statement =
        leat_database_prepare(&store->database, "DELETE FROM model WHERE name = ?", error);
    bool done;

    if (!statement)
        return false;
    leat_statement_bind_text(statement, 1, data);
    done = leat_statement_run(&store->database, statement, error);
    sqlite3_finalize(statement);
    if (done && sqlite3_changes(store->database.db) == 0) {
        set_not_found(store, data, error);
        return false;
    }
    return done;
}

bool leat_store_remove_model(LeatStore *store, const char *name, GError **error)
{
    char *copy = g_strdup(name);
    bool done = leat_store_change(store, remove_model, copy, error);

    g_free(copy);
    return done;
}
