/* SPDX-License-Identifier: MIT */
/* Labels in and out as CSV: first, last, label, value. */
#include "app/labels.h"

#include "app/csv.h"
#include "base/error.h"
#include "base/quantity.h"
#include "store/store-range.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* More is no list of labels. */
#define MOST_BYTES ((goffset)64 * 1024 * 1024)

enum { FIRST, LAST, LABEL, VALUE, COLUMNS };

static const char *const column_names[COLUMNS] = {"first", "last", "label", "value"};

typedef struct {
    const char *path;
    int line;
    int place[COLUMNS]; /* of each column in a line, -1 for none */
    int64_t recording;
    GPtrArray *labels;
} Import;

static bool refuse(const Import *import, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
static bool refuse(const Import *import, GError **error, const char *format, ...)
{
    va_list arguments;
    char *what;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "%s, line %d: %s; nothing was imported",
                import->path, import->line, what);
    g_free(what);
    return false;
}

static bool read_header(Import *import, const GPtrArray *fields, GError **error)
{
    for (int column = 0; column < COLUMNS; column++) {
        import->place[column] = -1;
        for (guint i = 0; fields && i < fields->len; i++)
            if (g_ascii_strcasecmp(g_strstrip(fields->pdata[i]), column_names[column]) == 0)
                import->place[column] = (int)i;
        if (import->place[column] < 0 && column != VALUE)
            return refuse(import, error,
                          "there is no column '%s'; the first line must be first,last,label,value",
                          column_names[column]);
    }
    return true;
}

static const char *field(const Import *import, const GPtrArray *fields, int column)
{
    int place = import->place[column];

    return place >= 0 && (guint)place < fields->len ? fields->pdata[place] : "";
}

static bool read_value(const Import *import, const char *text, LeatLabel *label, GError **error)
{
    char *end;

    label->has_value = *text != '\0';
    if (!label->has_value)
        return true;
    label->value = g_ascii_strtod(text, &end);
    return (end != text && *end == '\0') || refuse(import, error, "'%s' is no number", text);
}

static bool read_line(Import *import, const GPtrArray *fields, GError **error)
{
    LeatLabel *label = g_new0(LeatLabel, 1);
    GError *cause = NULL;

    g_ptr_array_add(import->labels, label);
    label->recording = import->recording;
    label->name = g_strdup(field(import, fields, LABEL));
    if (leat_parse_integer(field(import, fields, FIRST), 0, INT64_MAX, &label->first, &cause) &&
        leat_parse_integer(field(import, fields, LAST), 0, INT64_MAX, &label->last, &cause)) {
        if (!read_value(import, field(import, fields, VALUE), label, error))
            return false;
        if (leat_label_check(label, &cause))
            return true;
    }
    refuse(import, error, "%s", cause->message);
    g_error_free(cause);
    return false;
}

static bool read_text(Import *import, const char *text, GError **error)
{
    g_autoptr(GPtrArray) header = leat_csv_line(&text);
    bool good = read_header(import, header, error);

    while (good && *text) {
        g_autoptr(GPtrArray) fields = leat_csv_line(&text);

        import->line++;
        if (fields->len > 1 || *(const char *)fields->pdata[0])
            good = read_line(import, fields, error);
    }
    return good;
}

static char *read_file(const char *csv, GError **error)
{
    char *text = NULL;
    gsize bytes = 0;
    GError *cause = NULL;
    int fd = open(csv, O_RDONLY | O_CLOEXEC);
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

    if (fd < 0) {
        leat_error_set_errno(error, errno, "cannot open %s", csv);
        return NULL;
    }
    close(fd);
    if (size > MOST_BYTES) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "%s is too large for a list of labels; cut it into several", csv);
        return NULL;
    }
    if (!g_file_get_contents(csv, &text, &bytes, &cause)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "cannot read %s: %s", csv,
                    cause->message);
        g_error_free(cause);
        return NULL;
    }
    if (strlen(text) == bytes && g_utf8_validate(text, (gssize)bytes, NULL))
        return text;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "%s is not UTF-8 text", csv);
    g_free(text);
    return NULL;
}

/* A label whose frames are all elsewhere is a slip; the file may be of another recording. */
static bool check_frames(LeatStore *store, const GPtrArray *labels, const LeatRecording *recording,
                         GError **error)
{
    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];
        int64_t first, last, count;

        if (!leat_store_frames_between(store, recording->id, label->first, label->last, &first,
                                       &last, &count, error))
            return false;
        if (count == 0) {
            g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                        "recording '%s' has none of the frames %" G_GINT64_FORMAT
                        " to %" G_GINT64_FORMAT " that are to be '%s'; nothing was imported",
                        recording->name, label->first, label->last, label->name);
            return false;
        }
    }
    return true;
}

static void free_label(gpointer label)
{
    leat_label_free(label);
}

bool leat_labels_import(const char *path, const char *recording, const char *csv, int64_t *labels,
                        GError **error)
{
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(LeatRecording) found = NULL;
    g_autoptr(GPtrArray) read = g_ptr_array_new_with_free_func(free_label);
    g_autofree char *text = read_file(csv, error);
    Import import = {.path = csv, .line = 1, .labels = read};

    if (!text)
        return false;
    store = leat_store_open_to_edit(path, error);
    found = store ? leat_store_find(store, recording, error) : NULL;
    if (!found)
        return false;
    import.recording = found->id;
    if (!read_text(&import, text, error) || !check_frames(store, read, found, error) ||
        !leat_store_add_labels(store, read, error))
        return false;
    *labels = read->len;
    return true;
}

static bool write_labels(FILE *file, const GPtrArray *labels)
{
    fputs("first,last,label,value\n", file);
    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];
        g_autofree char *name = leat_csv_field(label->name);
        char value[G_ASCII_DTOSTR_BUF_SIZE] = "";

        if (label->has_value)
            g_ascii_dtostr(value, sizeof(value), label->value);
        fprintf(file, "%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%s,%s\n", label->first,
                label->last, name, value);
    }
    return !ferror(file);
}

bool leat_labels_export(const char *path, const char *recording, const char *csv, int64_t *labels,
                        GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open(path, NULL, error);
    g_autoptr(LeatRecording) found = store ? leat_store_find(store, recording, error) : NULL;
    g_autoptr(GPtrArray) all = found ? leat_store_labels(store, found->id, error) : NULL;
    int fd;
    FILE *file;
    bool good;

    if (!all)
        return false;
    fd = open(csv, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) {
        leat_error_set_errno(error, errno, "cannot create %s", csv);
        if (fd >= 0)
            close(fd);
        return false;
    }
    good = write_labels(file, all);
    if (fclose(file) != 0 || !good) {
        leat_error_set_errno(error, errno, "cannot write %s", csv);
        unlink(csv);
        return false;
    }
    *labels = all->len;
    return true;
}
