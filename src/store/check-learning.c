/* SPDX-License-Identifier: MIT */
#include "store/check-learning.h"

#include "base/error.h"
#include "store/store-edit-internal.h"
#include "store/store-label.h"
#include "store/store-model.h"

/* Of one kind; a thousand alike help nobody. */
#define MOST_FAULTS 10

/* Damage is what a check looks for, so it is a fault and not a failure. */
static bool tell_damage(GPtrArray *faults, GError *cause, GError **error)
{
    if (!g_error_matches(cause, LEAT_ERROR, LEAT_ERROR_CORRUPT)) {
        g_propagate_error(error, cause);
        return false;
    }
    g_ptr_array_add(faults, g_strdup(cause->message));
    g_error_free(cause);
    return true;
}

/* Each row of `sql` is a fault, told in its only column. */
static bool add_faults(LeatStore *store, GPtrArray *faults, const char *sql, GError **error)
{
    GError *cause = NULL;
    sqlite3_stmt *statement = leat_database_prepare(&store->database, sql, &cause);
    int count = 0, rc = SQLITE_ERROR;

    if (!statement)
        return tell_damage(faults, cause, error);
    while (count <= MOST_FAULTS && (rc = sqlite3_step(statement)) == SQLITE_ROW)
        if (count++ < MOST_FAULTS)
            g_ptr_array_add(faults, g_strdup((const char *)sqlite3_column_text(statement, 0)));
    if (count > MOST_FAULTS)
        g_ptr_array_add(faults, g_strdup("and more of that kind"));
    else if (rc != SQLITE_DONE)
        leat_database_fail(&store->database, "check", &cause);
    sqlite3_finalize(statement);
    return !cause || tell_damage(faults, cause, error);
}

/* Of classes, and of numbers of one name, a frame has one. */
static const char overlaps[] =
    "SELECT 'recording ''' || r.name || ''': labels ''' || a.name || ''' and ''' || b.name || ''''"
    " || ' are both on frame ' || max(a.first_seq, b.first_seq)"
    " FROM label a JOIN label b ON b.recording = a.recording AND b.id > a.id"
    " AND a.first_seq <= b.last_seq AND b.first_seq <= a.last_seq"
    " AND (a.value IS NULL AND b.value IS NULL"
    " OR a.value IS NOT NULL AND b.value IS NOT NULL AND a.name = b.name)"
    " JOIN recording r ON r.id = a.recording ORDER BY a.recording, a.id";

static const char strays[] =
    "SELECT 'recording ''' || r.name || ''': frame ' || p.seq ||"
    " ' has a prediction, and is not stored' FROM prediction p JOIN recording r"
    " ON r.id = p.recording LEFT JOIN frame f ON f.recording = p.recording AND f.seq = p.seq"
    " WHERE f.id IS NULL ORDER BY p.recording, p.seq";

static const char scores[] =
    "SELECT 'recording ''' || r.name || ''': the prediction of frame ' || p.seq ||"
    " ' has an impossible score' FROM prediction p JOIN recording r ON r.id = p.recording"
    " JOIN model m ON m.id = p.model WHERE m.kind = 'classes' AND p.score NOT BETWEEN 0 AND 1"
    " OR abs(p.score) > 1.7976931348623157e308 ORDER BY p.recording, p.seq";

static bool check_models(LeatStore *store, GPtrArray *faults, GError **error)
{
    GError *cause = NULL;
    g_autoptr(GPtrArray) models = leat_store_models(store, &cause);

    if (!models)
        return tell_damage(faults, cause, error);
    for (guint i = 0; i < models->len; i++) {
        const LeatStoredModel *listed = models->pdata[i];
        g_autoptr(LeatStoredModel) model = leat_store_find_model(store, listed->name, &cause);

        if (!model && !tell_damage(faults, cause, error))
            return false;
        cause = NULL;
    }
    return true;
}

static bool check_labels(LeatStore *store, GPtrArray *faults, GError **error)
{
    GError *cause = NULL;
    g_autoptr(GPtrArray) labels = leat_store_labels(store, -1, &cause);

    return labels || tell_damage(faults, cause, error);
}

bool leat_store_check_learning(LeatStore *store, GPtrArray *faults, GError **error)
{
    GError *cause = NULL;

    if (!leat_store_has_learning(store, &cause)) {
        if (cause)
            g_propagate_error(error, cause);
        return !cause;
    }
    return check_labels(store, faults, error) && check_models(store, faults, error) &&
           add_faults(store, faults, overlaps, error) && add_faults(store, faults, strays, error) &&
           add_faults(store, faults, scores, error);
}
