/* SPDX-License-Identifier: MIT */
#include "model/arithmetic.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static_assert(FLT_EVAL_METHOD == 0, "each operation rounds to its own type");

#define LOG2_E 1.4426950408889634074

/* log 2 in two parts; a multiple of the upper one by a whole number of up to 11 bits is exact. */
#define LOG_2_UPPER 0x1.62e42fefa38p-1
#define LOG_2_LOWER 0x1.ef35793c7673p-45

#define MANTISSA_BITS 52
#define BIAS 1023
#define MANTISSA_MASK ((UINT64_C(1) << MANTISSA_BITS) - 1)

/* 2^exponent, for normal results. */
static double power_of_2(int exponent)
{
    const uint64_t bits = (uint64_t)(exponent + BIAS) << MANTISSA_BITS;
    double power;

    memcpy(&power, &bits, sizeof power);
    return power;
}

/* exp(k log 2 + r) = 2^k exp(r), with r at most half of log 2, by Taylor's series. */
double leat_exp(double x)
{
    double k, r, sum = 1.0;

    if (isnan(x))
        return x;
    if (x < -708.0)
        return 0.0;
    if (x > 709.0)
        x = 709.0;
    k = floor(x * LOG2_E + 0.5);
    r = (x - k * LOG_2_UPPER) - k * LOG_2_LOWER;
    for (int i = 13; i > 0; i--)
        sum = 1.0 + sum * r / i;
    return sum * power_of_2((int)k);
}

/* log(2^e m) = e log 2 + 2 artanh s, with s = (m - 1) / (m + 1), and m about 1. */
double leat_ln(double x)
{
    uint64_t bits;
    int exponent;
    double m, s, square, sum = 0.0;

    if (!isnormal(x) || x < 0)
        return NAN;
    memcpy(&bits, &x, sizeof bits);
    exponent = (int)(bits >> MANTISSA_BITS) - BIAS;
    bits = (bits & MANTISSA_MASK) | (uint64_t)BIAS << MANTISSA_BITS;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        exponent++;
    }
    s = (m - 1.0) / (m + 1.0);
    square = s * s;
    for (int i = 21; i > 1; i -= 2)
        sum = (sum + 1.0 / i) * square;
    return exponent * LOG_2_UPPER + (exponent * LOG_2_LOWER + 2.0 * s * (1.0 + sum));
}
