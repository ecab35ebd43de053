/* SPDX-License-Identifier: MIT */
/* Stands between the window and the session: keeps what the user wants, and makes, restarts and
 * ends sessions until things are so. Commands return at once. Main thread.
 *
 * Signals:
 *   "changed" ()                            the figures have changed
 *   "show" ()                               the same, soon after, for what only shows them:
 *                                           while pictures come, words and pictures take turns
 *   "present" (gpointer frame)              a LeatFrame to show; take a reference to keep it
 *   "drawn" ()                              the last such frame stands on the screen
 *   "cleared" ()                            the picture must go
 *   "failed" (char *headline, char *cause)  something asked for was not done, or stopped
 *   "noted" (char *text)                    something worth a line was done
 *   "saved" (char *text, gint64 recording)  a recording has ended, and can be watched */
#ifndef LEAT_GUI_SESSION_CONTROLLER_H
#define LEAT_GUI_SESSION_CONTROLLER_H

#include "gui/figures.h"
#include "gui/model-loader.h"

#include <glib-object.h>

#define LEAT_TYPE_SESSION_CONTROLLER (leat_session_controller_get_type())
G_DECLARE_FINAL_TYPE(LeatSessionController, leat_session_controller, LEAT, SESSION_CONTROLLER,
                     GObject)

LeatSessionController *leat_session_controller_new(void);

/* The session's that runs, NULL when there is none: until "changed" says that it is another one. */
LeatPipeline *leat_session_controller_pipeline(LeatSessionController *controller);

/* Valid until the loop turns. */
const LeatFigures *leat_session_controller_figures(LeatSessionController *controller);

/* Whether pictures come, one soon after another. */
bool leat_session_controller_has_pictures(LeatSessionController *controller);

/* The last one stands on the screen: "drawn", and a good time for "show". What is laid out and
 * drawn in a turn of its own holds no picture up, and without a graphics processor a change at
 * either side of the window would draw all that is in between. */
void leat_session_controller_picture_drawn(LeatSessionController *controller);

/* What sessions are made from, NULL before a source was set; a session that runs is restarted with
 * what changed. */
const LeatSourceSpec *leat_session_controller_source(LeatSessionController *controller);
void leat_session_controller_set_source(LeatSessionController *controller,
                                        const LeatSourceSpec *source);
bool leat_session_controller_threading(LeatSessionController *controller);
void leat_session_controller_set_threading(LeatSessionController *controller, bool threading);

/* Frames are made to fit in this box, device px. */
void leat_session_controller_set_view(LeatSessionController *controller, int width, int height);

/* The frames' size and rate, 0 and not set for as they come. */
void leat_session_controller_set_mode(LeatSessionController *controller, int width, int height,
                                      LeatRational rate);

/* The id of a preset (media/filter.h); at once, also in what runs. */
void leat_session_controller_set_effect(LeatSessionController *controller, const char *preset);

/* Which model says what the picture shows: one of the library at `path`, or "exec:COMMAND"; NULL
 * for none. It is loaded meanwhile, for each session anew. One that cannot be loaded is told by
 * "failed", and is none then; "changed" comes in each case. */
void leat_session_controller_set_model(LeatSessionController *controller, const char *path,
                                       const char *model);

/* The same for the one of an earlier start, which may be gone: one that cannot be loaded is no
 * failure, and is none then. */
void leat_session_controller_recall_model(LeatSessionController *controller, const char *path,
                                          const char *model);

/* What was asked for, NULL for none. Valid until the loop turns. */
const char *leat_session_controller_model(LeatSessionController *controller);

/* How that stands. The controller's. */
const LeatModelLoader *leat_session_controller_model_loader(LeatSessionController *controller);

/* Makes a session, or lets the one go on that is held. */
void leat_session_controller_start(LeatSessionController *controller);

/* The last picture stays, and nothing more is captured; the device stays open, and a recording
 * waits. */
void leat_session_controller_hold(LeatSessionController *controller);

/* The recording, if there is one, is committed; the device is freed; the picture stays. */
void leat_session_controller_stop(LeatSessionController *controller);

/* The same, for good: whatever still asks for a start asks in vain, such as a button that GTK
 * presses a quarter of a second after its key, or a search for cameras. */
void leat_session_controller_end(LeatSessionController *controller);
bool leat_session_controller_is_ending(LeatSessionController *controller);

/* As leat_session_controller_stop, and the picture goes. */
void leat_session_controller_close(LeatSessionController *controller);

void leat_session_controller_start_recording(LeatSessionController *controller,
                                             const LeatRecordingRequest *request);
void leat_session_controller_stop_recording(LeatSessionController *controller);

/* What is kept in memory while nothing is recorded (leat_pipeline_set_pre_roll), in what runs and
 * in all sessions to come; NULL for nothing (the start). */
void leat_session_controller_set_pre_roll(LeatSessionController *controller,
                                          const LeatPreRoll *pre_roll);

/* What runs, to be looked at; NULL for none. Valid until the loop turns. */
LeatSession *leat_session_controller_session(LeatSessionController *controller);

/* The latest events of all its sessions, to be saved and added to; NULL when there was no memory
 * for it. Lives as long as the controller. */
LeatTrace *leat_session_controller_trace(LeatSessionController *controller);

/* Emits "failed" for something that went wrong on the way to a command: `doing` says what was not
 * done ("The source did not start"). */
void leat_session_controller_report(LeatSessionController *controller, const char *doing,
                                    const GError *error);

/* Emits "noted". */
void leat_session_controller_note(LeatSessionController *controller, const char *text);

#endif
