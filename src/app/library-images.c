/* SPDX-License-Identifier: MIT */
/* Export to a folder: a JPEG file a frame, and frames.csv beside them. */
#include "app/library-internal.h"

#include "base/error.h"
#include "media/decoder.h"
#include "media/encoder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Good to look at and to train on, at about three times the bytes of the default. */
#define JPEG_QUALITY 95

typedef struct {
    const char *path;
    int fd;
    bool made;           /* by us, and so removed when it fails */
    GArray *places;      /* int, of each image: the place of its class among `classes`; or -1 */
    GPtrArray *classes;  /* char *: names of folders in it, by label only */
    GHashTable *by_name; /* of a label: its place among `classes` + 1 */
    LeatFrameTable *table;
} Folder;

/* "img_00001.jpg", "mouse/img_00001.jpg". */
static char *image_name(const Folder *folder, guint number)
{
    int place = g_array_index(folder->places, int, number);
    char *name = g_strdup_printf("img_%05u.jpg", number + 1);
    char *path =
        place < 0 ? g_strdup(name) : g_build_filename(folder->classes->pdata[place], name, NULL);

    g_free(name);
    return path;
}

static bool is_taken(const Folder *folder, const char *name)
{
    for (guint i = 0; i < folder->classes->len; i++)
        if (g_ascii_strcasecmp(folder->classes->pdata[i], name) == 0)
            return true;
    return g_str_equal(name, "frames.csv");
}

/* A label may have any characters, a name of a file may not. */
static char *folder_name(const Folder *folder, const char *label)
{
    char *plain = g_strdelimit(g_strdup(label), "/\\", '_'), *name;

    if (*plain == '.')
        *plain = '_';
    name = g_strdup(plain);
    for (int n = 2; is_taken(folder, name); n++) {
        g_free(name);
        name = g_strdup_printf("%s-%d", plain, n);
    }
    g_free(plain);
    return name;
}

/* The place of a label's folder, which is made with its first image; -1 with an error. */
static int find_class(Folder *folder, const char *label, GError **error)
{
    int place = GPOINTER_TO_INT(g_hash_table_lookup(folder->by_name, label)) - 1;
    char *name;

    if (place >= 0)
        return place;
    name = folder_name(folder, label);
    if (mkdirat(folder->fd, name, 0777) != 0) {
        leat_error_set_errno(error, errno, "cannot create folder %s/%s", folder->path, name);
        g_free(name);
        return -1;
    }
    place = (int)folder->classes->len;
    g_ptr_array_add(folder->classes, name);
    g_hash_table_insert(folder->by_name, g_strdup(label), GINT_TO_POINTER(place + 1));
    return place;
}

static bool folder_is_empty(const char *path, GError **error)
{
    GDir *dir = g_dir_open(path, 0, error);
    bool empty = dir && !g_dir_read_name(dir);

    if (dir && !empty)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS,
                    "folder %s is not empty; name a new one, so that nothing is mixed up", path);
    if (dir)
        g_dir_close(dir);
    return empty;
}

static bool open_folder(Folder *folder, const char *path, GError **error)
{
    char *table_path;

    *folder = (Folder){
        .path = path,
        .fd = -1,
        .places = g_array_new(FALSE, FALSE, sizeof(int)),
        .classes = g_ptr_array_new_with_free_func(g_free),
        .by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    folder->made = mkdir(path, 0777) == 0;
    if (!folder->made && errno != EEXIST) {
        leat_error_set_errno(error, errno, "cannot create folder %s", path);
        return false;
    }
    if (!folder->made && !folder_is_empty(path, error))
        return false;
    folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd < 0) {
        leat_error_set_errno(error, errno, "cannot open folder %s", path);
        return false;
    }
    table_path = g_build_filename(path, "frames.csv", NULL);
    folder->table = leat_frame_table_create(folder->fd, "frames.csv", table_path, error);
    g_free(table_path);
    return folder->table != NULL;
}

static void close_folder(Folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    g_array_unref(folder->places);
    g_ptr_array_unref(folder->classes);
    g_hash_table_unref(folder->by_name);
}

static void abandon_folder(Folder *folder)
{
    leat_frame_table_abandon(folder->table);
    for (guint i = 0; i < folder->places->len; i++) {
        char *name = image_name(folder, i);

        unlinkat(folder->fd, name, 0);
        g_free(name);
    }
    for (guint i = 0; i < folder->classes->len; i++)
        unlinkat(folder->fd, folder->classes->pdata[i], AT_REMOVEDIR);
    if (folder->made)
        rmdir(folder->path);
    close_folder(folder);
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

/* `place` of its class, or -1. */
static bool write_image(Folder *folder, const LeatPacket *packet, int place, GError **error)
{
    char *name;
    int fd;
    bool good;

    g_array_append_val(folder->places, place);
    name = image_name(folder, folder->places->len - 1);
    fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    good = fd >= 0 && write_all(fd, packet->data, packet->size);
    /* The first failure's errno is the cause. */
    if (!good)
        leat_error_set_errno(error, errno, "cannot write %s/%s", folder->path, name);
    if (fd >= 0 && close(fd) != 0 && good) {
        leat_error_set_errno(error, errno, "cannot write %s/%s", folder->path, name);
        good = false;
    }
    g_free(name);
    return good;
}

static bool put_out(LeatExport *export, Folder *folder, const LeatPacket *jpeg, GError **error)
{
    const char *class = leat_frame_notes_class(export->notes, jpeg->times.seq);
    int place = -1;

    if (export->request->by_label && !class)
        return true;
    if (export->request->by_label)
        place = find_class(folder, class, error);
    if ((export->request->by_label && place < 0) || !write_image(folder, jpeg, place, error) ||
        !leat_frame_table_add(folder->table, &jpeg->times, export->notes, error))
        return false;
    export->result.bytes += (int64_t)jpeg->size;
    return leat_export_count(export, error);
}

/* MJPEG packets are JPEG files. */
static bool copy_images(LeatExport *export, Folder *folder, LeatStoreCursor *cursor, GError **error)
{
    LeatPacket packet;
    bool got;

    while (leat_store_cursor_next(cursor, &packet, &got, error)) {
        if (!got || leat_export_is_past(export, &packet.times))
            return true;
        if (leat_export_wants(export, &packet.times) && !put_out(export, folder, &packet, error))
            return false;
    }
    return false;
}

/* From packets to JPEG packets; the encoder is opened with the first frame. */
typedef struct {
    LeatExport *export;
    Folder *folder;
    LeatDecoder *decoder;
    LeatEncoder *encoder;
} Converter;

static bool write_encoded(Converter *converter, GError **error)
{
    LeatPacket jpeg;
    bool got;

    while (leat_encoder_receive(converter->encoder, &jpeg, &got, error)) {
        if (!got)
            return true;
        if (!put_out(converter->export, converter->folder, &jpeg, error))
            return false;
    }
    return false;
}

static bool encode(Converter *converter, LeatFrame *frame, GError **error)
{
    const LeatEncoderOptions options = {.codec = LEAT_CODEC_MJPEG, .quality = JPEG_QUALITY};

    if (!converter->encoder)
        converter->encoder = leat_encoder_open(&options, frame, error);
    return converter->encoder && leat_encoder_send(converter->encoder, frame, error) &&
           write_encoded(converter, error);
}

static bool encode_decoded(Converter *converter, GError **error)
{
    for (;;) {
        g_autoptr(LeatFrame) frame = NULL;
        LeatFrameTimes times;

        if (!leat_decoder_receive(converter->decoder, &frame, error))
            return false;
        if (!frame)
            return true;
        times = leat_frame_times(frame);
        if (leat_export_wants(converter->export, &times) && !encode(converter, frame, error))
            return false;
    }
}

static bool convert_packets(Converter *converter, LeatStoreCursor *cursor, GError **error)
{
    LeatPacket packet;
    bool got = true;

    while (got) {
        if (!leat_store_cursor_next(cursor, &packet, &got, error))
            return false;
        got = got && !leat_export_is_past(converter->export, &packet.times);
        if (!leat_decoder_send(converter->decoder, got ? &packet : NULL, error)) {
            g_prefix_error(error, "recording %s is damaged ('leat verify' lists where): ",
                           converter->export->recording->name);
            return false;
        }
        if (!encode_decoded(converter, error))
            return false;
    }
    if (!converter->encoder)
        return true;
    return leat_encoder_send(converter->encoder, NULL, error) && write_encoded(converter, error);
}

static bool convert_images(LeatExport *export, Folder *folder, LeatStoreCursor *cursor,
                           GError **error)
{
    Converter converter = {.export = export, .folder = folder};
    bool good;

    converter.decoder = leat_decoder_open(&export->recording->stream, 0, error);
    good = converter.decoder && convert_packets(&converter, cursor, error);
    leat_encoder_free(converter.encoder);
    leat_decoder_free(converter.decoder);
    return good;
}

bool leat_export_images(LeatExport *export, GError **error)
{
    bool copies = g_str_equal(export->recording->stream.codec, "mjpeg");
    g_autoptr(LeatStoreCursor) cursor = leat_export_packets(export, !copies, error);
    Folder folder;
    bool good;

    if (!cursor)
        return false;
    good = open_folder(&folder, export->request->out, error) &&
           (copies ? copy_images(export, &folder, cursor, error)
                   : convert_images(export, &folder, cursor, error));
    if (good && export->request->by_label && export->result.frames == 0) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "nothing to export: no frame of recording %s there has a class; give it one "
                    "with 'leat label'",
                    export->recording->name);
        good = false;
    }
    if (good) {
        LeatFrameTable *table = folder.table;

        folder.table = NULL;
        good = leat_frame_table_finish(table, &export->result.bytes, error);
    }
    if (!good)
        abandon_folder(&folder);
    else
        close_folder(&folder);
    return good;
}
