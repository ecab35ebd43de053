/* SPDX-License-Identifier: MIT */
/* A live source that is reopened when it fails, as a kind of source of its own around the true
 * one. For this folder only. */
#ifndef LEAT_MEDIA_SOURCE_RECONNECT_H
#define LEAT_MEDIA_SOURCE_RECONNECT_H

#include "media/source-internal.h"

/* The pauses before the first, second, ... attempt are 0.5, 1, 2, 4, 8, 10, 10, ... s. They start
 * over once frames have come for 2 s. Sequence numbers and timestamps go on where they were, the
 * latter by the hole's length later; the first time base stays. */
extern const LeatSourceOps leat_source_reconnect_ops;

#endif
