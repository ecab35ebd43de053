/* SPDX-License-Identifier: MIT */
/* Models: weights, what they were made from, and what came of it. The store keeps them and checks
 * that they are whole; what they mean is known above.
 *
 * Thread and waiting as in store.h. */
#ifndef LEAT_STORE_STORE_MODEL_H
#define LEAT_STORE_STORE_MODEL_H

#include "store/store-edit.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    LEAT_STORED_CLASSES, /* one of several labels, with a score */
    LEAT_STORED_NUMBER,  /* the value of one label */
    LEAT_STORED_EXTERNAL /* a program of the user's, named by its command: it has answered, and
                          * there is nothing of it in here but its name */
} LeatStoredModelKind;

/* Free with leat_stored_model_free. */
typedef struct {
    int64_t id; /* 0 before it is stored */
    char *name;
    char sha256[65]; /* of the weights, hexadecimal; of a program, of its name */
    LeatStoredModelKind kind;
    char *labels; /* JSON array of names, in the order of the outputs */
    int64_t samples;
    bool has_accuracy;
    double accuracy;         /* 0 to 1 */
    char *options;           /* JSON object: all that the training was told */
    char *metrics;           /* JSON object: what came of it */
    int64_t parent;          /* id of the model whose weights it began with; 0 for none */
    char *parent_name;       /* read only; NULL for none */
    char *leat_version;      /* read only */
    int64_t created_wall_ns; /* read only */
    uint8_t *weights;        /* NULL in a list, and of a program */
    size_t weight_bytes;
} LeatStoredModel;

void leat_stored_model_free(LeatStoredModel *model);

/* A frame that a model was made from. */
typedef struct {
    int64_t recording, seq;
    double target; /* place in the model's labels, or the number */
    bool validate; /* kept apart, to measure by */
} LeatStoredSample;

/* False with INVALID for a name that cannot be one. Any thread. */
bool leat_store_check_model_name(const char *name, GError **error);

/* All models in order of creation, without their weights: LeatStoredModel, free with
 * g_ptr_array_unref. (options and metrics are there.) */
GPtrArray *leat_store_models(LeatStore *store, GError **error);

/* With its weights, whose hash is checked: CORRUPT when it is another. NOT_FOUND lists the names
 * that there are. */
LeatStoredModel *leat_store_find_model(LeatStore *store, const char *name, GError **error);

/* The frames that it was made from, in order: LeatStoredSample, free with g_array_unref. Those of
 * recordings that are gone are not among them. */
GArray *leat_store_model_samples(LeatStore *store, int64_t model, GError **error);

/* Whether a model of that name may be added; EXISTS when it is taken. */
bool leat_store_check_new_model(LeatStore *store, const char *name, GError **error);

/* These need a store that was opened to edit. Adds the model and its LeatStoredSamples in one
 * transaction; the hash is computed here. Fills in id and sha256. `name` NULL becomes the first
 * free of model-1, model-2, ... */
bool leat_store_add_model(LeatStore *store, LeatStoredModel *model, const GArray *samples,
                          GError **error);

/* The same for the successor of the model of that name, which may be gone meanwhile: `name` NULL
 * becomes the first free of feeder-2, feeder-3, ... after "feeder" and after "feeder-2". */
bool leat_store_add_successor(LeatStore *store, LeatStoredModel *model, const char *after,
                              const GArray *samples, GError **error);

/* With its predictions. */
bool leat_store_remove_model(LeatStore *store, const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatStoredModel, leat_stored_model_free)

#endif
