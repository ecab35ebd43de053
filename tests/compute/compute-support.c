/* SPDX-License-Identifier: MIT */
#include "compute-support.h"

#include "compute/worker.h"
#include "concurrency/cancel.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const worker_command[] = {"/proc/self/exe", "--worker", NULL};

static uint64_t mix_word(uint64_t word)
{
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return word ^ (word >> 31);
}

/* Goes through scratch memory as found, so that what the last unit left would show. */
static bool mix(LeatWorkUnit *unit, GError **error)
{
    const unsigned char *input = unit->input;
    unsigned char *output = unit->output, *scratch = unit->scratch;
    uint64_t state = unit->unit;

    for (size_t i = 0; i < unit->input_bytes; i++)
        state = mix_word(state + input[i]);
    unit->output_bytes = state % (unit->output_capacity + 1);
    for (size_t i = 0; i < unit->output_bytes; i++) {
        state = mix_word(state + 1);
        scratch[i % unit->scratch_bytes] = (unsigned char)state;
        output[i] = scratch[i % unit->scratch_bytes];
    }
    return true;
}

static bool do_nothing(LeatWorkUnit *unit, GError **error)
{
    return true;
}

static bool return_number(LeatWorkUnit *unit)
{
    const uint64_t number = mix_word(unit->unit);

    memcpy(unit->output, &number, sizeof number);
    unit->output_bytes = sizeof number;
    return true;
}

static bool spin(LeatWorkUnit *unit, GError **error)
{
    const TestInput *input = unit->input;
    int64_t end_ns = leat_clock_now_ns() + input->spin_ns;

    while (leat_clock_now_ns() < end_ns)
        if (!leat_work_unit_check(unit, error))
            return false;
    return return_number(unit);
}

static bool spin_on(LeatWorkUnit *unit, GError **error)
{
    const TestInput *input = unit->input;
    int64_t end_ns = leat_clock_now_ns() + input->spin_ns;

    while (leat_clock_now_ns() < end_ns)
        ;
    return return_number(unit);
}

static void die(int signal_number)
{
    /* A sanitizer would make an exit status of it. */
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static bool crash(LeatWorkUnit *unit, GError **error)
{
    const TestInput *input = unit->input;

    if (unit->unit == input->special)
        die(SIGSEGV);
    return return_number(unit);
}

static bool crash_once(LeatWorkUnit *unit, GError **error)
{
    const TestInput *input = unit->input;

    if (unit->unit == input->special && unlink(input->path) == 0)
        die(SIGSEGV);
    return return_number(unit);
}

static bool hang_once(LeatWorkUnit *unit, GError **error)
{
    const TestInput *input = unit->input;

    if (unit->unit == input->special && unlink(input->path) == 0)
        pause();
    return return_number(unit);
}

static bool fail(LeatWorkUnit *unit, GError **error)
{
    const TestInput *input = unit->input;

    if (unit->unit < input->special)
        return return_number(unit);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT, "there is no %u in it", unit->unit);
    return false;
}

static bool be_greedy(LeatWorkUnit *unit, GError **error)
{
    const TestInput *input = unit->input;

    return_number(unit);
    if (unit->unit == input->special)
        unit->output_bytes = unit->output_capacity + 1;
    return true;
}

static bool leak(LeatWorkUnit *unit, GError **error)
{
    size_t bytes = 1 << 20;

    for (int i = 0; i < 4096; i++)
        if (!malloc(bytes)) /* NOLINT: a leak is wanted */
            return leat_error_no_memory(error, bytes, "a leak");
    return return_number(unit);
}

static bool leak_and_abort(LeatWorkUnit *unit, GError **error)
{
    if (leak(unit, NULL))
        return true;
    abort();
}

static bool look(LeatWorkUnit *unit, GError **error)
{
    TestLook seen = {.pid = getpid(), .policy = sched_getscheduler(0)};
    DIR *directory = opendir("/proc/self/fd");

    while (readdir(directory))
        seen.descriptors++;
    closedir(directory);
    memcpy(unit->output, &seen, sizeof seen);
    unit->output_bytes = sizeof seen;
    return true;
}

static const LeatWorkKind kinds[] = {
    {"mix", mix, 32},
    {"nothing", do_nothing},
    {"spin", spin},
    {"stubborn", spin_on},
    {"crash", crash},
    {"crash-once", crash_once},
    {"hang-once", hang_once},
    {"fail", fail},
    {"greedy", be_greedy},
    {"leak", leak},
    {"leak-abort", leak_and_abort},
    {"look", look},
};

const LeatWorkKind *const test_kinds[] = {
    &kinds[0], &kinds[1], &kinds[2], &kinds[3],  &kinds[4],  &kinds[5], &kinds[6],
    &kinds[7], &kinds[8], &kinds[9], &kinds[10], &kinds[11], NULL,
};

int test_main(int argc, char **argv, void (*add)(void))
{
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return leat_worker_main(test_kinds);
    g_test_init(&argc, &argv, NULL);
    add();
    return g_test_run();
}

void test_add_for_each(const char *path, GTestDataFunc func)
{
    for (int kind = LEAT_EXECUTOR_INLINE; kind <= LEAT_EXECUTOR_PROCESSES; kind++) {
        char *full =
            g_strdup_printf("%s/%s", path, leat_executor_kind_name((LeatExecutorKind)kind));

        g_test_add_data_func(full, GINT_TO_POINTER(kind), func);
        g_free(full);
    }
}

LeatExecutorOptions test_options(LeatExecutorKind kind, unsigned workers)
{
    return (LeatExecutorOptions){
        .kind = kind,
        .workers = workers,
        .kinds = test_kinds,
        .worker_command = worker_command,
        .normal_priority = true,
    };
}

LeatExecutor *test_executor_with(const LeatExecutorOptions *options)
{
    GError *error = NULL;
    LeatExecutor *executor = leat_executor_new(options, &error);

    g_assert_no_error(error);
    return executor;
}

LeatExecutor *test_executor(LeatExecutorKind kind, unsigned workers)
{
    const LeatExecutorOptions options = test_options(kind, workers);

    return test_executor_with(&options);
}

LeatWorkset *test_workset(LeatExecutor *executor, const char *kind, unsigned units,
                          const TestInput *input)
{
    const LeatWorksetOptions options = {
        .kind = kind,
        .input_bytes = sizeof *input,
        .units = units,
        .output_bytes = sizeof(TestLook),
    };
    GError *error = NULL;
    LeatWorkset *workset = leat_workset_new(executor, &options, &error);

    g_assert_no_error(error);
    memcpy(leat_workset_input(workset), input, sizeof *input);
    return workset;
}

void test_run(LeatWorkset *workset, unsigned units)
{
    GError *error = NULL;
    bool done = leat_workset_run(workset, units, NULL, NULL, NULL, &error);

    g_assert_no_error(error);
    g_assert_true(done);
}

void test_run_fails(LeatWorkset *workset, unsigned units, LeatError code, ...)
{
    GError *error = NULL;
    const char *text;
    va_list texts;

    g_assert_false(leat_workset_run(workset, units, NULL, NULL, NULL, &error));
    g_assert_error(error, LEAT_ERROR, (int)code);
    g_test_message("%s", error->message);
    va_start(texts, code);
    while ((text = va_arg(texts, const char *)))
        if (!strstr(error->message, text))
            g_error("no '%s' in '%s'", text, error->message);
    va_end(texts);
    g_error_free(error);
}

char *test_checksum(LeatWorkset *workset, unsigned units)
{
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    char *text;

    for (unsigned unit = 0; unit < units; unit++) {
        size_t bytes;
        const void *output = leat_workset_output(workset, unit, &bytes);

        g_checksum_update(checksum, (const guchar *)&bytes, sizeof bytes);
        g_checksum_update(checksum, output, (gssize)bytes);
    }
    text = g_strdup(g_checksum_get_string(checksum));
    g_checksum_free(checksum);
    return text;
}

void test_expect_spun(LeatWorkset *workset, unsigned units)
{
    for (unsigned unit = 0; unit < units; unit++) {
        uint64_t number;
        size_t bytes;
        const void *output = leat_workset_output(workset, unit, &bytes);

        g_assert_cmpuint(bytes, ==, sizeof number);
        memcpy(&number, output, sizeof number);
        g_assert_cmpuint(number, ==, mix_word(unit));
    }
}

char *test_make_file(void)
{
    GError *error = NULL;
    char *path = NULL;
    int fd = g_file_open_tmp("leat-compute-XXXXXX", &path, &error);

    g_assert_no_error(error);
    close(fd);
    return path;
}
