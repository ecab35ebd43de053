/* SPDX-License-Identifier: MIT */
/* The table of frames as CSV, alone or beside the pictures. */
#include "app/library-internal.h"

#include "app/csv.h"
#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct LeatFrameTable {
    FILE *file;
    int folder_fd; /* the creator's */
    char *name, *shown;
};

LeatFrameTable *leat_frame_table_create(int folder_fd, const char *name, const char *shown,
                                        GError **error)
{
    LeatFrameTable *table;
    int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (!file) {
        leat_error_set_errno(error, errno, "cannot create %s", shown);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    table = g_new0(LeatFrameTable, 1);
    table->file = file;
    table->folder_fd = folder_fd;
    table->name = g_strdup(name);
    table->shown = g_strdup(shown);
    fputs("seq,captured_ns,wall,pts,label,prediction,score\n", file);
    return table;
}

static bool check_written(const LeatFrameTable *table, bool good, GError **error)
{
    if (!good)
        leat_error_set_errno(error, errno, "cannot write %s", table->shown);
    return good;
}

bool leat_frame_table_add(LeatFrameTable *table, const LeatFrameTimes *times,
                          const LeatFrameNotes *notes, GError **error)
{
    g_autofree char *wall = leat_clock_format_wall(times->wall_ns);
    g_autofree char *labels = leat_frame_notes_labels(notes, times->seq);
    g_autofree char *label = leat_csv_field(labels);
    double number = 0;
    const char *said = leat_frame_notes_prediction(notes, times->seq, &number);
    g_autofree char *prediction = leat_csv_field(said ? said : "");
    char score[G_ASCII_DTOSTR_BUF_SIZE] = "";
    int printed;

    if (said)
        g_ascii_dtostr(score, sizeof(score), number);
    printed = fprintf(
        table->file, "%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%s,%" G_GINT64_FORMAT ",%s,%s,%s\n",
        times->seq, times->captured_ns, wall, times->pts, label, prediction, score);
    return check_written(table, printed > 0, error);
}

static void free_table(LeatFrameTable *table)
{
    g_free(table->name);
    g_free(table->shown);
    g_free(table);
}

bool leat_frame_table_finish(LeatFrameTable *table, int64_t *bytes, GError **error)
{
    FILE *file = table->file;
    bool good;

    table->file = NULL;
    *bytes += ftell(file);
    good = check_written(table, fclose(file) == 0, error);
    if (good)
        free_table(table);
    else
        leat_frame_table_abandon(table);
    return good;
}

void leat_frame_table_abandon(LeatFrameTable *table)
{
    if (!table)
        return;
    if (table->file)
        fclose(table->file);
    unlinkat(table->folder_fd, table->name, 0);
    free_table(table);
}

static bool write_rows(LeatExport *export, LeatStoreCursor *cursor, LeatFrameTable *table,
                       GError **error)
{
    LeatPacket packet;
    bool got;

    while (leat_store_cursor_next(cursor, &packet, &got, error)) {
        if (!got || leat_export_is_past(export, &packet.times))
            return true;
        if (!leat_export_wants(export, &packet.times))
            continue;
        if (!leat_frame_table_add(table, &packet.times, export->notes, error) ||
            !leat_export_count(export, error))
            return false;
    }
    return false;
}

bool leat_export_table(LeatExport *export, GError **error)
{
    const char *out = export->request->out;
    g_autoptr(LeatStoreCursor) cursor = leat_export_packets(export, false, error);
    LeatFrameTable *table;

    if (!cursor)
        return false;
    table = leat_frame_table_create(AT_FDCWD, out, out, error);
    if (!table)
        return false;
    if (!write_rows(export, cursor, table, error)) {
        leat_frame_table_abandon(table);
        return false;
    }
    return leat_frame_table_finish(table, &export->result.bytes, error);
}
