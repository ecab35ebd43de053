/* SPDX-License-Identifier: MIT */
#include "app/external-model.h"

#include "app/external-program.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/quantity.h"
#include "media/scaler.h"
#include "store/store-label.h"
#include "store/store-model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first word of its first line, and the version of the protocol. */
#define GREETING "leat 1 "

/* Nobody's network takes more, and the frame must fit in memory. px */
#define MAX_EDGE 4096

static const LeatExternalModelLimits default_limits = {
    .start_ns = 60 * LEAT_NS_PER_S,
    .answer_ns = 10 * LEAT_NS_PER_S,
    .first_pause_ns = LEAT_NS_PER_S / 2,
    .longest_pause_ns = 10 * LEAT_NS_PER_S,
};

struct LeatExternalModel {
    /* Set once. */
    char **command; /* what it is started with */
    LeatExternalModelLimits limits;
    char name[LEAT_PREDICTION_NAME], sha256[65];
    LeatScaler *scaler;
    LeatExternalProgram *program;

    /* Of who asks. */
    int width, height; /* px, as it has asked for; 0 before */
    uint8_t *pixels;
    int64_t started_ns, next_start_ns, pause_ns;
    char *failure; /* why it runs no more; NULL before that happened */
};

bool leat_external_model_is_one(const char *model)
{
    return g_str_has_prefix(model, LEAT_EXTERNAL_MODEL_PREFIX);
}

/* The words of the command, behind those that start it. */
static char **split(const char *command, GError **error)
{
    GPtrArray *words = g_ptr_array_new();
    GError *cause = NULL;
    char **program = NULL, *path = NULL;

    if (g_shell_parse_argv(command, NULL, &program, &cause))
        path = g_find_program_in_path(program[0]);
    if (!path) {
        g_set_error(error, LEAT_ERROR, cause ? LEAT_ERROR_INVALID : LEAT_ERROR_NOT_FOUND,
                    "cannot run the model '%s': %s", command,
                    cause ? cause->message : "there is no such program; check its path");
        g_clear_error(&cause);
        g_strfreev(program);
        g_ptr_array_free(words, TRUE);
        return NULL;
    }
    g_free(path);
    g_ptr_array_add(words, g_strdup("/proc/self/exe"));
    g_ptr_array_add(words, g_strdup("child"));
    g_ptr_array_add(words, g_strdup_printf("%d", (int)getpid()));
    for (char **word = program; *word; word++)
        g_ptr_array_add(words, *word);
    g_ptr_array_add(words, NULL);
    g_free(program);
    return (char **)g_ptr_array_free(words, FALSE);
}

static void set_limits(LeatExternalModelLimits *limits, const LeatExternalModelLimits *asked)
{
    *limits = default_limits;
    if (asked && asked->start_ns > 0)
        limits->start_ns = asked->start_ns;
    if (asked && asked->answer_ns > 0)
        limits->answer_ns = asked->answer_ns;
    if (asked && asked->first_pause_ns > 0)
        limits->first_pause_ns = asked->first_pause_ns;
    if (asked && asked->longest_pause_ns > 0)
        limits->longest_pause_ns = asked->longest_pause_ns;
}

LeatExternalModel *leat_external_model_new(const char *model, const LeatExternalModelLimits *limits,
                                           GError **error)
{
    LeatExternalModel *external;
    const char *name = model + strlen(LEAT_EXTERNAL_MODEL_PREFIX);
    char **command, *sha256;

    if (!leat_store_check_model_name(name, error)) {
        g_prefix_error(error, "a program is named by its command: ");
        return NULL;
    }
    command = split(name, error);
    if (!command)
        return NULL;
    external = g_new0(LeatExternalModel, 1);
    external->command = command;
    set_limits(&external->limits, limits);
    g_strlcpy(external->name, name, sizeof external->name);
    sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
    g_strlcpy(external->sha256, sha256, sizeof external->sha256);
    g_free(sha256);
    external->scaler = leat_scaler_new(LEAT_SCALER_GOOD, error);
    external->program =
        external->scaler ? leat_external_program_new((const char *const *)command, error) : NULL;
    if (external->program)
        return external;
    leat_external_model_free(external);
    return NULL;
}

void leat_external_model_free(LeatExternalModel *model)
{
    if (!model)
        return;
    leat_external_program_free(model->program);
    leat_scaler_free(model->scaler);
    g_strfreev(model->command);
    g_free(model->failure);
    free(model->pixels);
    g_free(model);
}

void leat_external_model_hurry(LeatExternalModel *model, int64_t deadline_ns)
{
    leat_external_program_hurry(model->program, deadline_ns);
}

static bool tell_failure(const LeatExternalModel *model, GError **error)
{
    g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_FAILED, model->failure);
    return false;
}

/* It is of no use as it is: `what` it has done wrong, NULL when it has ended. Takes `what` over. */
static bool give_up(LeatExternalModel *model, char *what, GError **error)
{
    int64_t now_ns = leat_clock_now_ns();
    char *complaint = NULL, *end = NULL;

    if (leat_external_program_runs(model->program))
        end = leat_external_program_end(model->program, &complaint);
    if (now_ns - model->started_ns >= model->limits.longest_pause_ns || model->pause_ns == 0)
        model->pause_ns = model->limits.first_pause_ns;
    else
        model->pause_ns = MIN(2 * model->pause_ns, model->limits.longest_pause_ns);
    model->next_start_ns = now_ns + model->pause_ns;
    g_free(model->failure);
    model->failure = g_strdup_printf("'%s' %s%s%s%s; it is started again after %.1f s", model->name,
                                     what  ? what
                                     : end ? end
                                           : "closed its output, or was killed",
                                     complaint ? " (" : "", complaint ? complaint : "",
                                     complaint ? ")" : "", (double)model->pause_ns / LEAT_NS_PER_S);
    g_free(what);
    g_free(end);
    g_free(complaint);
    return tell_failure(model, error);
}

/* A text of the program's as it may be shown: the beginning of it. */
static char *quote(const char *line)
{
    char *text = g_strescape(line, NULL), *quoted;

    quoted = g_strdup_printf("'%.60s%s'", text, strlen(text) > 60 ? "..." : "");
    g_free(text);
    return quoted;
}

static char *complain_of_line(const char *format, const char *line)
{
    char *quoted = quote(line), *what = g_strconcat(format, quoted, NULL);

    g_free(quoted);
    return what;
}

/* Gives it `size` bytes and takes its line. */
static bool talk(LeatExternalModel *model, size_t size, int64_t limit_ns, const char **line,
                 GError **error)
{
    int64_t deadline_ns = leat_clock_deadline_ns(limit_ns);

    switch (leat_external_program_talk(model->program, model->pixels, size, deadline_ns, line)) {
    case LEAT_TALK_LINE:
        return true;
    case LEAT_TALK_LATE:
        return give_up(model,
                       g_strdup_printf("said nothing for %.1f s", (double)limit_ns / LEAT_NS_PER_S),
                       error);
    case LEAT_TALK_EARLY:
        return give_up(model,
                       g_strdup("answered what it was not asked: one line for each frame, after "
                                "all of it was read"),
                       error);
    case LEAT_TALK_LONG:
        return give_up(
            model,
            g_strdup_printf("wrote more than %d bytes without a new line", LEAT_EXTERNAL_LINE),
            error);
    case LEAT_TALK_HURRIED:
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_CANCELLED, "it is asked no more");
        return false;
    default:
        return give_up(model, NULL, error);
    }
}

/* "leat 1 64x64" */
static bool greet(LeatExternalModel *model, GError **error)
{
    const char *line;
    int width = 0, height = 0;

    if (!talk(model, 0, model->limits.start_ns, &line, error))
        return false;
    if (!g_str_has_prefix(line, GREETING) ||
        !leat_parse_size(line + strlen(GREETING), &width, &height, NULL) || width < 1 ||
        height < 1 || width > MAX_EDGE || height > MAX_EDGE)
        return give_up(
            model,
            complain_of_line("should begin with a line such as 'leat 1 64x64', the size that it "
                             "takes (at most 4096x4096), and began with ",
                             line),
            error);
    free(model->pixels);
    model->pixels = malloc((size_t)width * (size_t)height * 3);
    if (!model->pixels)
        return give_up(model, g_strdup("asks for frames for which there is no memory"), error);
    model->width = width;
    model->height = height;
    return true;
}

static bool start(LeatExternalModel *model, GError **error)
{
    GError *cause = NULL;
    bool started;

    if (model->failure && leat_clock_now_ns() < model->next_start_ns)
        return tell_failure(model, error);
    model->started_ns = leat_clock_now_ns();
    model->width = model->height = 0;
    if (leat_external_program_start(model->program, &cause))
        return true;
    started = give_up(model, g_strdup(cause->message), error);
    g_error_free(cause);
    return started;
}

static bool take_pixels(LeatExternalModel *model, LeatFrame *frame, GError **error)
{
    g_autoptr(LeatFrame) small =
        leat_scaler_convert(model->scaler, frame, model->width, model->height, "rgb24", error);
    size_t row = (size_t)model->width * 3;
    const uint8_t *plane;
    int stride;

    if (!small)
        return false;
    plane = leat_frame_plane(small, 0, &stride);
    for (int y = 0; y < model->height; y++)
        memcpy(model->pixels + (size_t)y * row, plane + (ptrdiff_t)y * stride, row);
    return true;
}

/* "0.93 mouse at feeder" */
static char *read_answer(const char *line, LeatPrediction *prediction)
{
    char *end;
    double score = g_ascii_strtod(line, &end);

    if (end == line || (*end != ' ' && *end != '\t') || !isfinite(score))
        return complain_of_line("should answer with a number, a blank and a label, and said ",
                                line);
    while (*end == ' ' || *end == '\t')
        end++;
    if (!leat_label_check_name(end, NULL))
        return complain_of_line("gave a label that cannot be one (UTF-8 text of 1 to 200 bytes): ",
                                end);
    prediction->score = score;
    g_strlcpy(prediction->label, end, sizeof prediction->label);
    return NULL;
}

bool leat_external_model_predict(LeatExternalModel *model, LeatFrame *frame,
                                 LeatPrediction *prediction, GError **error)
{
    const char *line;
    char *wrong;

    if (!leat_external_program_runs(model->program) && !start(model, error))
        return false;
    if ((model->width == 0 && !greet(model, error)) || !take_pixels(model, frame, error) ||
        !talk(model, (size_t)model->width * (size_t)model->height * 3, model->limits.answer_ns,
              &line, error))
        return false;
    wrong = read_answer(line, prediction);
    if (wrong)
        return give_up(model, wrong, error);
    prediction->external = true;
    g_strlcpy(prediction->model, model->name, sizeof prediction->model);
    g_strlcpy(prediction->sha256, model->sha256, sizeof prediction->sha256);
    return true;
}
