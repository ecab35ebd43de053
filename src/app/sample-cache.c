/* SPDX-License-Identifier: MIT */
/* The file is a row of records of one size, only ever added to. What a crash left half written is
 * cut off when it is opened; what else may be wrong with a record, its checksum tells. */
#include "app/sample-cache.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Says what it is to whoever looks, and that its records are these. */
static const char magic[16] = "Leat samples 1\n";

typedef struct {
    char magic[16];
    LeatSampleKey key;
    uint64_t checksum; /* of key and pixels */
    uint8_t pixels[LEAT_SAMPLE_BYTES];
} Record;

struct LeatSampleCache {
    int fd;
    char *path; /* for messages */
    int64_t count;
    GHashTable *places; /* of the LeatSampleKeys in it, each with its place + 1 */
    Record record;      /* the owner's, to read and write by */
};

static guint hash_key(gconstpointer data)
{
    const LeatSampleKey *key = data;

    return (guint)((uint64_t)(key->seq ^ (key->recording << 20) ^ key->started_wall_ns) *
                       UINT64_C(0x9e3779b97f4a7c15) >>
                   32);
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(LeatSampleKey)) == 0;
}

/* FNV-1a (Fowler, Noll, Vo) over words of eight bytes: against damage, not against malice. */
static uint64_t checksum(const Record *record)
{
    const uint8_t *bytes = (const uint8_t *)&record->key;
    size_t size = sizeof(record->key);
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    for (int part = 0; part < 2; part++) {
        for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
            uint64_t word;

            memcpy(&word, bytes + i, sizeof(word));
            sum = (sum ^ word) * UINT64_C(0x100000001b3);
            sum ^= sum >> 32;
        }
        bytes = record->pixels;
        size = sizeof(record->pixels);
    }
    return sum;
}

static bool read_all(int fd, void *to, size_t size, int64_t offset)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = pread(fd, (char *)to + done, size - done, (off_t)offset + (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static bool write_all(int fd, const void *from, size_t size, int64_t offset)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = pwrite(fd, (const char *)from + done, size - done, (off_t)offset + (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static int64_t offset_of(int64_t place)
{
    return place * (int64_t)sizeof(Record);
}

static void note_place(LeatSampleCache *cache, const LeatSampleKey *key, int64_t place)
{
    g_hash_table_insert(cache->places, g_memdup2(key, sizeof(*key)), GSIZE_TO_POINTER(place + 1));
}

/* Reads which records there are. */
static void read_places(LeatSampleCache *cache)
{
    struct stat status;

    if (fstat(cache->fd, &status) != 0)
        return;
    cache->count = status.st_size / (int64_t)sizeof(Record);
    for (int64_t place = 0; place < cache->count; place++) {
        Record *record = &cache->record;

        if (!read_all(cache->fd, record, offsetof(Record, pixels), offset_of(place)) ||
            memcmp(record->magic, magic, sizeof(magic)) != 0) {
            cache->count = place; /* written over from here on */
            return;
        }
        note_place(cache, &record->key, place);
    }
}

/* The file beside the library, or -1. */
static int open_beside(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat status;

    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    return -1;
}

static int open_nameless(GError **error)
{
    char *name = NULL;
    int fd = g_file_open_tmp("leat-samples-XXXXXX", &name, error);

    if (fd >= 0)
        unlink(name);
    g_free(name);
    return fd;
}

LeatSampleCache *leat_sample_cache_open(const char *library, GError **error)
{
    LeatSampleCache *cache = g_new0(LeatSampleCache, 1);

    cache->places = g_hash_table_new_full(hash_key, equal_keys, g_free, NULL);
    cache->path = g_strconcat(library, "-samples", NULL);
    cache->fd = open_beside(cache->path);
    if (cache->fd < 0)
        cache->fd = open_nameless(error);
    if (cache->fd < 0) {
        leat_sample_cache_free(cache);
        return NULL;
    }
    read_places(cache);
    return cache;
}

void leat_sample_cache_free(LeatSampleCache *cache)
{
    if (!cache)
        return;
    if (cache->fd >= 0)
        close(cache->fd);
    g_hash_table_unref(cache->places);
    g_free(cache->path);
    g_free(cache);
}

int64_t leat_sample_cache_find(LeatSampleCache *cache, const LeatSampleKey *key)
{
    Record *record = &cache->record;
    int64_t place = (int64_t)GPOINTER_TO_SIZE(g_hash_table_lookup(cache->places, key)) - 1;

    if (place >= 0 && read_all(cache->fd, record, sizeof(*record), offset_of(place)) &&
        equal_keys(&record->key, key) && record->checksum == checksum(record))
        return place;
    return -1;
}

int64_t leat_sample_cache_add(LeatSampleCache *cache, const LeatSampleKey *key,
                              const uint8_t *pixels, GError **error)
{
    Record *record = &cache->record;
    int64_t place = cache->count;

    memcpy(record->magic, magic, sizeof(magic));
    record->key = *key;
    memcpy(record->pixels, pixels, sizeof(record->pixels));
    record->checksum = checksum(record);
    if (!write_all(cache->fd, record, sizeof(*record), offset_of(place))) {
        leat_error_set_errno(error, errno, "cannot keep small pictures in %s", cache->path);
        return -1;
    }
    cache->count++;
    note_place(cache, key, place);
    return place;
}

bool leat_sample_cache_read(const LeatSampleCache *cache, int64_t place, uint8_t *pixels,
                            GError **error)
{
    errno = 0;
    if (read_all(cache->fd, pixels, LEAT_SAMPLE_BYTES,
                 offset_of(place) + (int64_t)offsetof(Record, pixels)))
        return true;
    if (errno)
        leat_error_set_errno(error, errno, "cannot read small pictures from %s", cache->path);
    else
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "%s was cut short while it was read; train again", cache->path);
    return false;
}
