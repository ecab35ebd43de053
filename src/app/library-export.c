/* SPDX-License-Identifier: MIT */
#include "app/library-internal.h"

#include "base/clock.h"
#include "base/error.h"

#include <string.h>
#include <sys/stat.h>

/* How often progress is told, frames. */
#define PROGRESS_STEP 16

bool leat_library_is_intra(const LeatStreamInfo *stream)
{
    static const char *const intra[] = {"mjpeg", "ffv1", "rawvideo", NULL};

    return g_strv_contains(intra, stream->codec);
}

static int64_t since_start(const LeatExport *export, const LeatFrameTimes *times)
{
    return leat_ticks_to_ns(times->pts - export->recording->first_pts, times->time_base);
}

bool leat_export_wants(const LeatExport *export, const LeatFrameTimes *times)
{
    int64_t ns = since_start(export, times);

    return ns >= export->request->from_ns && ns < export->request->to_ns;
}

bool leat_export_is_past(const LeatExport *export, const LeatFrameTimes *times)
{
    return since_start(export, times) >= export->request->to_ns;
}

bool leat_export_count(LeatExport *export, GError **error)
{
    LeatProgressFunc progress = export->request->progress;

    export->result.frames++;
    if (progress && export->result.frames % PROGRESS_STEP == 0)
        progress(MIN(export->result.frames, export->expected), export->expected,
                 export->request->data);
    return leat_cancel_check(export->cancel, error);
}

LeatStoreCursor *leat_export_packets(LeatExport *export, bool from_key, GError **error)
{
    int64_t first = INT64_MIN;

    if (export->request->from_ns > 0 && !leat_store_seq_at(export->store, export->recording->id,
                                                           export->request->from_ns, &first, error))
        return NULL;
    return leat_store_packets(export->store, export->recording->id, first, INT64_MAX, from_key,
                              error);
}

/* By the share of the recording's time: frames may come at any distance. */
static int64_t expected_frames(const LeatRecording *recording, int64_t from_ns, int64_t to_ns)
{
    double share;

    to_ns = MIN(to_ns, recording->duration_ns);
    if (recording->duration_ns <= 0 || from_ns >= to_ns)
        return recording->frames;
    share = (double)(to_ns - from_ns) / (double)recording->duration_ns;
    return MAX((int64_t)((double)recording->frames * share + 0.5), 1);
}

/* "NAME/", a folder that is there, or a name without an ending. */
static bool is_folder(const char *out)
{
    char *base = g_path_get_basename(out);
    bool plain = !strchr(base, '.');
    struct stat info;

    g_free(base);
    return plain || g_str_has_suffix(out, "/") || (stat(out, &info) == 0 && S_ISDIR(info.st_mode));
}

typedef bool (*ExportFunc)(LeatExport *export, GError **error);

/* How to export to a name like this; NULL with an error. */
static ExportFunc choose(const char *out, GError **error)
{
    static const struct {
        const char *ending;
        ExportFunc export;
    } endings[] = {
        {".mkv", leat_export_container},
        {".mp4", leat_export_container},
        {".csv", leat_export_table},
    };
    char *lower;
    ExportFunc found = NULL;

    if (is_folder(out))
        return leat_export_images;
    lower = g_ascii_strdown(out, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(lower, endings[i].ending))
            found = endings[i].export;
    g_free(lower);
    if (!found)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot tell what to export to '%s'; end the name in .mkv or .mp4 for a video, "
                    ".csv for the table of frames, or / for a folder of pictures",
                    out);
    return found;
}

static bool check_range(const LeatExport *export, GError **error)
{
    const LeatExportRequest *request = export->request;
    char *length;

    if (request->from_ns >= request->to_ns) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "nothing to export: the end is not after the beginning");
        return false;
    }
    if (export->recording->frames == 0) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "nothing to export: recording %s has no frames", export->recording->name);
        return false;
    }
    if (request->from_ns == 0 || request->from_ns < export->recording->duration_ns)
        return true;
    length = leat_format_duration(export->recording->duration_ns);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "nothing to export: recording %s is only %s long", export->recording->name, length);
    g_free(length);
    return false;
}

bool leat_library_export(const char *path, const LeatExportRequest *request, LeatCancel *cancel,
                         LeatExportResult *result, GError **error)
{
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(LeatRecording) recording = NULL;
    g_autoptr(LeatFrameNotes) notes = NULL;
    LeatExport export = {.request = request, .cancel = cancel};
    ExportFunc func = choose(request->out, error);

    if (!func)
        return false;
    if (request->by_label && func != leat_export_images) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "a folder for each label needs a folder to be in: end '%s' in /", request->out);
        return false;
    }
    store = leat_store_open(path, cancel, error);
    if (!store)
        return false;
    recording = leat_store_find(store, request->recording, error);
    if (!recording)
        return false;
    export.store = store;
    export.recording = recording;
    if (!check_range(&export, error))
        return false;
    notes = leat_frame_notes_read(store, recording->id, error);
    if (!notes)
        return false;
    export.notes = notes;
    export.expected = expected_frames(recording, request->from_ns, request->to_ns);
    if (!func(&export, error))
        return false;
    if (request->progress)
        request->progress(export.result.frames, export.result.frames, request->data);
    *result = export.result;
    return true;
}
