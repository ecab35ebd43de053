/* SPDX-License-Identifier: MIT */
/* exp and log, the same bits on every machine: a C library's may differ from the next one's in the
 * last bit, and a trained model's hash with it. Only additions, multiplications and divisions of
 * doubles in a fixed order, with errors of about one unit in the last place. Any thread. */
#ifndef LEAT_MODEL_ARITHMETIC_H
#define LEAT_MODEL_ARITHMETIC_H

/* 0 below -708, and what 709 gives above that; NaN for NaN. */
double leat_exp(double x);

/* For x > 0 that is not subnormal; else NaN. */
double leat_ln(double x);

#endif
