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
    bool made; /* by us, and so removed when it fails */
    int64_t images;
    LeatFrameTable *table;
} Folder;

static char *image_name(int64_t number)
{
    return g_strdup_printf("img_%05" G_GINT64_FORMAT ".jpg", number);
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

    *folder = (Folder){.path = path, .fd = -1};
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

static void abandon_folder(Folder *folder)
{
    leat_frame_table_abandon(folder->table);
    for (int64_t i = 1; i <= folder->images; i++) {
        char *name = image_name(i);

        unlinkat(folder->fd, name, 0);
        g_free(name);
    }
    if (folder->fd >= 0)
        close(folder->fd);
    if (folder->made)
        rmdir(folder->path);
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

static bool write_image(Folder *folder, const LeatPacket *packet, GError **error)
{
    char *name = image_name(++folder->images);
    int fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool good = fd >= 0 && write_all(fd, packet->data, packet->size);

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
    if (!write_image(folder, jpeg, error) ||
        !leat_frame_table_add(folder->table, &jpeg->times, error))
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
    if (good) {
        LeatFrameTable *table = folder.table;

        folder.table = NULL;
        good = leat_frame_table_finish(table, &export->result.bytes, error);
    }
    if (!good)
        abandon_folder(&folder);
    else
        close(folder.fd);
    return good;
}
