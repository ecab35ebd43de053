/* SPDX-License-Identifier: MIT */
#include "store/store-label.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/store-edit-internal.h"

#include <math.h>
#include <string.h>

LeatLabel *leat_label_copy(const LeatLabel *label)
{
    LeatLabel *copy = g_memdup2(label, sizeof(*label));

    copy->name = g_strdup(label->name);
    return copy;
}

void leat_label_free(LeatLabel *label)
{
    if (!label)
        return;
    g_free(label->name);
    g_free(label);
}

static void free_label(gpointer label)
{
    leat_label_free(label);
}

bool leat_label_check_name(const char *name, GError **error)
{
    return leat_store_check_text(name, "the label's name", "'empty'", error);
}

bool leat_label_check(const LeatLabel *label, GError **error)
{
    if (!leat_label_check_name(label->name, error))
        return false;
    if (label->has_value && !isfinite(label->value)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "the value of label '%s' is %s; give it a number", label->name,
                    isnan(label->value) ? "not a number" : "infinite");
        return false;
    }
    if (label->first >= 0 && label->first <= label->last)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "label '%s' has no frames: the range from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                " is empty",
                label->name, label->first, label->last);
    return false;
}

/* id, recording, name, value, first_seq, last_seq, created_wall_ns */
static LeatLabel *read_label(LeatStore *store, sqlite3_stmt *row, GError **error)
{
    const char *name = leat_store_text(row, 2, LEAT_NAME_BYTES);
    int value_type = sqlite3_column_type(row, 3);
    LeatLabel label = {
        .id = sqlite3_column_int64(row, 0),
        .recording = sqlite3_column_int64(row, 1),
        .has_value = value_type != SQLITE_NULL,
        .value = sqlite3_column_double(row, 3),
        .first = sqlite3_column_int64(row, 4),
        .last = sqlite3_column_int64(row, 5),
        .created_wall_ns = sqlite3_column_int64(row, 6),
    };

    if (name && *name && label.first >= 0 && label.first <= label.last &&
        (value_type == SQLITE_NULL || (value_type == SQLITE_FLOAT && isfinite(label.value)))) {
        label.name = g_strdup(name);
        return g_memdup2(&label, sizeof(label));
    }
    leat_database_corrupt(&store->database, error,
                          "label %" G_GINT64_FORMAT " has impossible values", label.id);
    return NULL;
}

/* All rows of a statement, which it finalizes. */
static GPtrArray *read_labels(LeatStore *store, sqlite3_stmt *statement, GError **error)
{
    GPtrArray *labels = g_ptr_array_new_with_free_func(free_label);
    bool good = true;
    int rc;

    while (good && (rc = sqlite3_step(statement)) != SQLITE_DONE) {
        LeatLabel *label = NULL;

        if (rc == SQLITE_ROW)
            label = read_label(store, statement, error);
        else
            leat_database_fail(&store->database, "read", error);
        good = label != NULL;
        if (good)
            g_ptr_array_add(labels, label);
    }
    sqlite3_finalize(statement);
    if (good)
        return labels;
    g_ptr_array_unref(labels);
    return NULL;
}

GPtrArray *leat_store_labels(LeatStore *store, int64_t recording, GError **error)
{
    GError *cause = NULL;
    sqlite3_stmt *statement;

    if (!leat_store_has_learning(store, &cause)) {
        if (!cause)
            return g_ptr_array_new_with_free_func(free_label);
        g_propagate_error(error, cause);
        return NULL;
    }
    statement = leat_database_prepare(&store->database,
                                      "SELECT id, recording, name, value, first_seq, last_seq,"
                                      " created_wall_ns FROM label WHERE recording = ?1 OR ?1 = -1"
                                      " ORDER BY recording, first_seq, last_seq, name, id",
                                      error);
    if (!statement)
        return NULL;
    sqlite3_bind_int64(statement, 1, recording);
    return read_labels(store, statement, error);
}

/* Those of the kind of `label` that it overlaps or touches. */
static GPtrArray *find_neighbours(LeatStore *store, const LeatLabel *label, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database,
        "SELECT id, recording, name, value, first_seq, last_seq, created_wall_ns FROM label"
        " WHERE recording = ?1 AND last_seq >= ?2 AND first_seq <= ?3"
        " AND (?4 IS NULL AND value IS NULL OR ?4 IS NOT NULL AND value IS NOT NULL AND name = ?4)"
        " ORDER BY first_seq",
        error);

    if (!statement)
        return NULL;
    sqlite3_bind_int64(statement, 1, label->recording);
    sqlite3_bind_int64(statement, 2, label->first - (label->first > 0));
    sqlite3_bind_int64(statement, 3, label->last + (label->last < INT64_MAX));
    if (label->has_value)
        leat_statement_bind_text(statement, 4, label->name);
    return read_labels(store, statement, error);
}

static bool insert(LeatStore *store, const LeatLabel *label, int64_t first, int64_t last,
                   GError **error)
{
    sqlite3_stmt *statement;
    bool done;

    if (first > last)
        return true;
    statement = leat_database_prepare(&store->database,
                                      "INSERT INTO label (recording, name, value, first_seq,"
                                      " last_seq, created_wall_ns) VALUES (?, ?, ?, ?, ?, ?)",
                                      error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, label->recording);
    leat_statement_bind_text(statement, 2, label->name);
    if (label->has_value)
        sqlite3_bind_double(statement, 3, label->value);
    sqlite3_bind_int64(statement, 4, first);
    sqlite3_bind_int64(statement, 5, last);
    sqlite3_bind_int64(statement, 6,
                       label->created_wall_ns ? label->created_wall_ns : leat_clock_wall_ns());
    done = leat_statement_run(&store->database, statement, error);
    sqlite3_finalize(statement);
    return done;
}

static bool erase(LeatStore *store, int64_t id, GError **error)
{
    char *sql = g_strdup_printf("DELETE FROM label WHERE id = %" G_GINT64_FORMAT, id);
    bool done = leat_database_execute(&store->database, sql, "write", error);

    g_free(sql);
    return done;
}

/* What is left of a label without the frames first..last. */
static bool cut(LeatStore *store, const LeatLabel *label, int64_t first, int64_t last,
                GError **error)
{
    return erase(store, label->id, error) &&
           (first <= label->first || insert(store, label, label->first, first - 1, error)) &&
           (last >= label->last || insert(store, label, last + 1, label->last, error));
}

static bool says_the_same(const LeatLabel *a, const LeatLabel *b)
{
    return strcmp(a->name, b->name) == 0 && (!a->has_value || a->value == b->value);
}

static bool add(LeatStore *store, const LeatLabel *label, GError **error)
{
    g_autoptr(GPtrArray) neighbours = find_neighbours(store, label, error);
    int64_t first = label->first, last = label->last;

    if (!neighbours)
        return false;
    for (guint i = 0; i < neighbours->len; i++) {
        const LeatLabel *other = neighbours->pdata[i];
        bool overlaps = other->first <= label->last && other->last >= label->first;

        if (says_the_same(label, other)) {
            first = MIN(first, other->first);
            last = MAX(last, other->last);
            if (!erase(store, other->id, error))
                return false;
        } else if (overlaps && !cut(store, other, label->first, label->last, error)) {
            return false;
        }
    }
    return insert(store, label, first, last, error);
}

static bool add_all(LeatStore *store, void *data, GError **error)
{
    const GPtrArray *labels = data;

    for (guint i = 0; i < labels->len; i++)
        if (!add(store, labels->pdata[i], error))
            return false;
    return true;
}

static bool check_all(const GPtrArray *labels, GError **error)
{
    for (guint i = 0; i < labels->len; i++)
        if (!leat_label_check(labels->pdata[i], error))
            return false;
    return true;
}

bool leat_store_add_labels(LeatStore *store, const GPtrArray *labels, GError **error)
{
    return check_all(labels, error) &&
           leat_store_change(store, add_all, (void *)(uintptr_t)labels, error);
}

bool leat_store_add_label(LeatStore *store, const LeatLabel *label, GError **error)
{
    gpointer one[] = {(void *)(uintptr_t)label};
    GPtrArray labels = {.pdata = one, .len = 1};

    return leat_store_add_labels(store, &labels, error);
}

typedef struct {
    int64_t recording;
    const char *name;
    int64_t first, last;
    int64_t removed;
} Removal;

static bool remove_all(LeatStore *store, void *data, GError **error)
{
    Removal *removal = data;
    g_autoptr(GPtrArray) labels = leat_store_labels(store, removal->recording, error);

    if (!labels)
        return false;
    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];

        if ((removal->name && strcmp(removal->name, label->name) != 0) ||
            label->last < removal->first || label->first > removal->last)
            continue;
        if (!cut(store, label, removal->first, removal->last, error))
            return false;
        removal->removed += MIN(label->last, removal->last) - MAX(label->first, removal->first) + 1;
    }
    return true;
}

bool leat_store_remove_label(LeatStore *store, int64_t recording, const char *name, int64_t first,
                             int64_t last, int64_t *removed, GError **error)
{
    Removal removal = {.recording = recording, .name = name, .first = first, .last = last};

    if (!leat_store_change(store, remove_all, &removal, error))
        return false;
    if (removed)
        *removed = removal.removed;
    return true;
}

typedef struct {
    int64_t recording;
    const GPtrArray *labels;
} Replacement;

static bool replace_all(LeatStore *store, void *data, GError **error)
{
    Replacement *replacement = data;
    char *sql = g_strdup_printf("DELETE FROM label WHERE recording = %" G_GINT64_FORMAT,
                                replacement->recording);
    bool done = leat_database_execute(&store->database, sql, "write", error);

    g_free(sql);
    return done && add_all(store, (void *)(uintptr_t)replacement->labels, error);
}

bool leat_store_set_labels(LeatStore *store, int64_t recording, const GPtrArray *labels,
                           GError **error)
{
    Replacement replacement = {recording, labels};

    return check_all(labels, error) && leat_store_change(store, replace_all, &replacement, error);
}

typedef struct {
    LeatLabel range; /* a class: recording, first and last count */
    const GPtrArray *labels;
    GPtrArray *before;
} ClassChange;

static bool set_classes(LeatStore *store, void *data, GError **error)
{
    ClassChange *change = data;
    const LeatLabel *range = &change->range;
    g_autoptr(GPtrArray) there = find_neighbours(store, range, error);

    if (!there)
        return false;
    for (guint i = 0; i < there->len; i++) {
        const LeatLabel *label = there->pdata[i];
        LeatLabel *part;

        if (label->first > range->last || label->last < range->first)
            continue;
        if (!cut(store, label, range->first, range->last, error))
            return false;
        part = leat_label_copy(label);
        part->first = MAX(part->first, range->first);
        part->last = MIN(part->last, range->last);
        g_ptr_array_add(change->before, part);
    }
    return add_all(store, (void *)(uintptr_t)change->labels, error);
}

bool leat_store_set_classes(LeatStore *store, int64_t recording, int64_t first, int64_t last,
                            const GPtrArray *labels, GPtrArray **before, GError **error)
{
    g_autoptr(GPtrArray) were = g_ptr_array_new_with_free_func(free_label);
    ClassChange change = {
        .range = {.recording = recording, .first = first, .last = last},
        .labels = labels,
        .before = were,
    };

    if (!check_all(labels, error) || !leat_store_change(store, set_classes, &change, error))
        return false;
    *before = g_steal_pointer(&were);
    return true;
}
