/* SPDX-License-Identifier: MIT */
#include "media/camera.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int leat_camera_ioctl(int fd, unsigned long request, void *argument)
{
    int result;
    do {
        result = ioctl(fd, request, argument);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? errno : 0;
}

void leat_camera_set_error(GError **error, int errnum, const char *shown, const char *step)
{
    static const char other[] = "choose another with 'leat sources'";
    const char *lead = step ? ": cannot " : "";
    const char *what = step ? step : "";

    switch (errnum) {
    case EBUSY:
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_BUSY,
                    "cannot open camera %s%s%s: busy (another program uses it); close it or %s",
                    shown, lead, what, other);
        break;
    case EACCES:
    case EPERM:
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_PERMISSION,
                    "cannot open camera %s%s%s: not allowed; add yourself to the group 'video' "
                    "(sudo usermod -aG video $USER) and log in again",
                    shown, lead, what);
        break;
    case ENOENT:
    case ENODEV:
    case ENXIO:
        g_set_error(error, LEAT_ERROR, step ? LEAT_ERROR_LOST : LEAT_ERROR_NOT_FOUND,
                    "cannot open camera %s%s%s: no such device; connect it or %s", shown, lead,
                    what, other);
        break;
    default:
        g_set_error(error, LEAT_ERROR, leat_error_code_from_errno(errnum),
                    "cannot open camera %s%s%s: %s; %s", shown, lead, what, g_strerror(errnum),
                    other);
    }
}

static int number_of(const char *path)
{
    return (int)strtol(path + strlen("/dev/video"), NULL, 10);
}

static int by_number(const void *a, const void *b)
{
    return number_of(*(char *const *)a) - number_of(*(char *const *)b);
}

char **leat_camera_paths(void)
{
    GPtrArray *paths = g_ptr_array_new();
    GDir *folder = g_dir_open("/dev", 0, NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        if (g_str_has_prefix(name, "video") && g_ascii_isdigit(name[5]))
            g_ptr_array_add(paths, g_strconcat("/dev/", name, NULL));
    }
    if (folder)
        g_dir_close(folder);
    g_ptr_array_sort(paths, by_number);
    g_ptr_array_add(paths, NULL);
    return (char **)g_ptr_array_free(paths, FALSE);
}

/* The kernel's count of the nodes of one device; it stays the same when the device comes back, in
 * whatever order its nodes appear. -1 when it is not told. */
static int index_of(dev_t device)
{
    g_autofree char *path =
        g_strdup_printf("/sys/dev/char/%u:%u/index", major(device), minor(device));
    g_autofree char *text = NULL;
    guint64 index;

    if (!g_file_get_contents(path, &text, NULL, NULL) ||
        !g_ascii_string_to_unsigned(g_strstrip(text), 10, 0, G_MAXINT, &index, NULL))
        return -1;
    return (int)index;
}

static void not_a_camera(GError **error, const char *shown, const char *why)
{
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "cannot open camera %s: not a camera (%s); choose one with 'leat sources'", shown,
                why);
}

/* Whether the device gives video to a program that asks for it by streaming. */
static bool is_camera(const struct v4l2_capability *capability, const char **why)
{
    uint32_t can = capability->capabilities & V4L2_CAP_DEVICE_CAPS ? capability->device_caps
                                                                   : capability->capabilities;

    if (can & (V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE))
        *why = "it converts video in memory";
    else if (can & V4L2_CAP_VIDEO_CAPTURE_MPLANE)
        *why = "its pictures come in several planes, which Leat does not read";
    else if (!(can & V4L2_CAP_VIDEO_CAPTURE))
        *why = "it does not capture video";
    else if (!(can & V4L2_CAP_STREAMING))
        *why = "it does not stream";
    else
        return true;
    return false;
}

static void copy_text(char *to, size_t size, const void *from, size_t length)
{
    g_autofree char *text = g_strndup(from, length);
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    const char *end = valid + strlen(valid);
    while (end - valid >= (ptrdiff_t)size)
        end = g_utf8_prev_char(end);
    memcpy(to, valid, (size_t)(end - valid));
    to[end - valid] = '\0';
}

static bool identify(int fd, const char *shown, LeatCameraIdentity *identity, GError **error)
{
    struct v4l2_capability capability = {0};
    struct stat about;
    const char *why = "it does not speak Video4Linux";

    if (fstat(fd, &about) < 0 || !S_ISCHR(about.st_mode)) {
        not_a_camera(error, shown, "it is not a device");
        return false;
    }
    int failed = leat_camera_ioctl(fd, VIDIOC_QUERYCAP, &capability);
    if (failed == ENODEV || failed == EIO || failed == EACCES) {
        leat_camera_set_error(error, failed, shown, NULL);
        return false;
    }
    if (failed || !is_camera(&capability, &why)) {
        not_a_camera(error, shown, why);
        return false;
    }
    copy_text(identity->bus, sizeof identity->bus, capability.bus_info, sizeof capability.bus_info);
    copy_text(identity->card, sizeof identity->card, capability.card, sizeof capability.card);
    identity->index = index_of(about.st_rdev);
    return true;
}

static int open_path(const char *path, const char *shown, LeatCameraIdentity *identity,
                     GError **error)
{
    /* O_NONBLOCK keeps the opening of a named pipe from waiting. */
    int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 && errno == EISDIR) {
        not_a_camera(error, shown, "it is a folder");
        return -1;
    }
    if (fd < 0) {
        leat_camera_set_error(error, errno, shown, NULL);
        return -1;
    }
    if (!identify(fd, shown, identity, error)) {
        close(fd);
        return -1;
    }
    return fd;
}

int leat_camera_open(const char *target, const char *shown, LeatCameraIdentity *identity,
                     GError **error)
{
    LeatCameraIdentity wanted;
    g_autofree char *neighbour = NULL;

    if (target[0] == '/' || !leat_camera_identity_parse(target, &wanted))
        return open_path(target, shown, identity, error);

    g_auto(GStrv) paths = leat_camera_paths();
    for (char **path = paths; *path; path++) {
        int fd = open_path(*path, *path, identity, NULL);
        if (fd < 0)
            continue;
        if (leat_camera_identity_matches(&wanted, identity))
            return fd;
        if (g_str_equal(identity->bus, wanted.bus) && !neighbour)
            neighbour = g_strdup(identity->card);
        close(fd);
    }
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                "cannot open camera %s: no such device at %s%s%s%s; connect it or choose another "
                "with 'leat sources'",
                shown, wanted.bus, neighbour ? " (what is there now is " : "",
                neighbour ? neighbour : "", neighbour ? ")" : "");
    return -1;
}
