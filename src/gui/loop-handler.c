/* SPDX-License-Identifier: MIT */
#include "gui/loop-handler.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <string.h>

/* What a return address of a library's says. */
enum {
    KNOWN = 1,
    IN_TOOLKIT = 2, /* a widget library's code */
    OF_WINDOWS = 4, /* one of windows_functions */
    TO_LOCK = 8,    /* one of lock_functions */
    IN_CALL = 16,   /* a bare system call */
    IN_GLIB = 32,   /* GLib's code, in a function that it keeps to itself */
};

struct LeatLoopHandlers {
    LeatOwnSymbols *symbols;
    void *below[64]; /* return addresses below the loop */
    int below_depth;
    GHashTable *libraries; /* return address to the flags above: asking takes long */
};

static const char *const toolkits[] = {"libgtk-4", "libadwaita", "libgobject"};

/* The C library's calls for a lock; the second is for those of its own, of malloc's above all. */
static const char *const lock_functions[] = {"pthread_mutex_lock", "__lll_lock_wait_private"};

/* What must be made, shown or ended whole, widgets with all that they hold. */
static const char *const windows_functions[] = {
    "g_object_unref",           "g_object_run_dispose",        "gtk_builder_extend_with_template",
    "gtk_widget_init_template", "gtk_window_present",          "gtk_window_present_with_time",
    "gtk_window_destroy",       "gtk_file_chooser_native_new", "gtk_menu_button_set_menu_model",
    "gtk_native_dialog_show",   "gtk_native_dialog_hide",      "adw_message_dialog_new",
    "gtk_widget_unparent",      "adw_show_about_window",
};

/* So end the names of our own functions that do that. */
static const char *const own_endings[] = {"_window_new", "_dialog_new"};

LeatLoopHandlers *leat_loop_handlers_new(GError **error)
{
    LeatLoopHandlers *handlers = g_new0(LeatLoopHandlers, 1);

    handlers->symbols = leat_own_symbols_new(error);
    if (!handlers->symbols) {
        g_free(handlers);
        return NULL;
    }
    handlers->below_depth = backtrace(handlers->below, G_N_ELEMENTS(handlers->below));
    handlers->libraries = g_hash_table_new(NULL, NULL);
    return handlers;
}

void leat_loop_handlers_free(LeatLoopHandlers *handlers)
{
    if (!handlers)
        return;
    leat_own_symbols_free(handlers->symbols);
    g_hash_table_unref(handlers->libraries);
    g_free(handlers);
}

/* A frame holds where its call returns to, which may already be the next function. */
static bool find_own(const LeatLoopHandlers *handlers, const void *frame, LeatOwnSymbol *symbol)
{
    return leat_own_symbols_find(handlers->symbols, (const char *)frame - 1, symbol);
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; name && i < count; i++)
        if (g_str_equal(name, names[i]))
            return true;
    return false;
}

static int ask_of_library(const void *frame)
{
    int flags = KNOWN;
    Dl_info info;

    if (!dladdr((const char *)frame - 1, &info))
        return flags;
    for (size_t i = 0; info.dli_fname && i < G_N_ELEMENTS(toolkits); i++)
        if (strstr(info.dli_fname, toolkits[i]))
            flags |= IN_TOOLKIT;
    if (is_one_of(info.dli_sname, windows_functions, G_N_ELEMENTS(windows_functions)))
        flags |= OF_WINDOWS;
    if (is_one_of(info.dli_sname, lock_functions, G_N_ELEMENTS(lock_functions)))
        flags |= TO_LOCK;
    if (g_strcmp0(info.dli_sname, "syscall") == 0)
        flags |= IN_CALL;
    if (!info.dli_sname && info.dli_fname && strstr(info.dli_fname, "libglib"))
        flags |= IN_GLIB;
    return flags;
}

static int flags_of_library(LeatLoopHandlers *handlers, void *frame)
{
    int flags = GPOINTER_TO_INT(g_hash_table_lookup(handlers->libraries, frame));

    if (!flags) {
        flags = ask_of_library(frame);
        g_hash_table_insert(handlers->libraries, frame, GINT_TO_POINTER(flags));
    }
    return flags;
}

static bool is_named(const LeatOwnSymbol *symbol, const char *name)
{
    return symbol->name && g_str_equal(symbol->name, name);
}

/* It only calls whatever was woken, which is the handler. */
static bool is_dispatcher(const LeatOwnSymbol *symbol)
{
    return symbol->file && g_str_equal(symbol->file, "waker.c");
}

static bool makes_a_window(const LeatOwnSymbol *symbol)
{
    for (size_t i = 0; symbol->name && i < G_N_ELEMENTS(own_endings); i++)
        if (g_str_has_suffix(symbol->name, own_endings[i]))
            return true;
    return false;
}

/* Ours has called one of those functions, in whatever way, or one of those has called ours and that
 * the toolkit again. Of the `depth` frames some are ours. */
static bool is_for_a_window(LeatLoopHandlers *handlers, void *const *frames, int depth)
{
    bool of_windows = false, called_last = false;
    LeatOwnSymbol symbol;
    int last = depth;

    for (int i = depth - 1; i >= 0; i--)
        if (find_own(handlers, frames[i], &symbol)) {
            of_windows |= makes_a_window(&symbol);
            called_last = false;
            last = i;
        } else if (flags_of_library(handlers, frames[i]) & OF_WINDOWS) {
            of_windows = called_last = true;
        }
    return called_last ||
           (of_windows && last > 0 && flags_of_library(handlers, frames[last - 1]) & IN_TOOLKIT);
}

/* The C library waits in a function that it keeps to itself. So does GLib, whose other waits are in
 * functions that have names. */
static bool is_at_library_lock(LeatLoopHandlers *handlers, void *const *frames, int depth)
{
    int first, second;

    if (depth < 2)
        return false;
    first = flags_of_library(handlers, frames[0]);
    second = flags_of_library(handlers, frames[1]);
    return (first & TO_LOCK) || (second & TO_LOCK) || ((first & IN_CALL) && (second & IN_GLIB));
}

/* How many of the frames stand above the loop. */
static int cut_below(const LeatLoopHandlers *handlers, void *const *frames, int depth)
{
    int below = handlers->below_depth;
    LeatOwnSymbol symbol;

    while (depth > 0 && below > 0 && frames[depth - 1] == handlers->below[below - 1]) {
        depth--;
        below--;
    }
    /* The function that runs the loop has gone on since. */
    while (depth > 0 && find_own(handlers, frames[depth - 1], &symbol))
        depth--;
    return depth;
}

LeatLoopHandler leat_loop_handlers_find(LeatLoopHandlers *handlers, void *const *frames, int depth)
{
    LeatLoopHandler handler = {.holder = LEAT_LOOP_OURS};
    LeatOwnSymbol symbol;

    depth = cut_below(handlers, frames, depth);
    handler.at_lock = is_at_library_lock(handlers, frames, depth);
    for (int i = depth - 1; i >= 0; i--) {
        if (!find_own(handlers, frames[i], &symbol))
            continue;
        if (is_named(&symbol, "leat_lock_acquire"))
            handler.at_lock = true;
        if (handler.count < LEAT_LOOP_HANDLER_CALLS && !is_dispatcher(&symbol))
            handler.calls[handler.count++] = symbol;
    }
    if (handler.count == 0)
        handler.holder = LEAT_LOOP_TOOLKIT;
    else if (is_for_a_window(handlers, frames, depth))
        handler.holder = LEAT_LOOP_WINDOWS;
    return handler;
}

bool leat_loop_handler_is_same(const LeatLoopHandler *one, const LeatLoopHandler *other)
{
    return one->holder == other->holder &&
           (one->holder == LEAT_LOOP_TOOLKIT || one->calls[0].start == other->calls[0].start);
}

void leat_loop_handler_narrow(LeatLoopHandler *handler, const LeatLoopHandler *other)
{
    int same = 0;

    while (same < handler->count && same < other->count &&
           handler->calls[same].start == other->calls[same].start)
        same++;
    handler->count = same;
}

char *leat_loop_handler_name(const LeatLoopHandler *handler)
{
    GString *name = g_string_new(handler->holder == LEAT_LOOP_TOOLKIT ? "GTK" : NULL);

    for (int i = 0; i < handler->count; i++) {
        const LeatOwnSymbol *call = &handler->calls[i];

        if (i > 0)
            g_string_append(name, " > ");
        if (call->file && (i == 0 || g_strcmp0(call->file, handler->calls[i - 1].file) != 0))
            g_string_append_printf(name, "%s:", call->file);
        if (call->name)
            g_string_append(name, call->name);
        else
            g_string_append_printf(name, "%#" G_GINTPTR_MODIFIER "x", call->start);
    }
    if (handler->holder == LEAT_LOOP_WINDOWS)
        g_string_append(name, ": GTK makes or ends widgets");
    return g_string_free(name, FALSE);
}
