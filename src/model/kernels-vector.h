/* SPDX-License-Identifier: MIT */
/* One register of floats of the instruction set that this file is compiled for, and what the
 * kernels do with it: AVX-512, AVX2 with FMA, NEON, or an array in plain C. `Mask` is a yes or no
 * for each lane. The larger one of two is the second unless the first is greater. */
#ifndef LEAT_MODEL_KERNELS_VECTOR_H
#define LEAT_MODEL_KERNELS_VECTOR_H

#include <stddef.h>
#include <stdint.h>

/* Sums stay in registers only when all is inlined and their loops are unrolled; an array in plain C
 * has no registers. */
#if defined(LEAT_KERNELS_PLAIN)
#define ALWAYS_INLINE static inline
#else
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#endif

#if defined(LEAT_KERNELS_PLAIN)
#define UNROLL
#define NO_UNROLL
#elif defined(__clang__)
#define UNROLL _Pragma("unroll")
#define NO_UNROLL _Pragma("nounroll")
#else
#define UNROLL _Pragma("GCC unroll 32")
#define NO_UNROLL _Pragma("GCC unroll 1")
#endif

#if !defined(LEAT_KERNELS_PLAIN) && defined(__AVX512F__)
#include <immintrin.h>

enum { WIDTH = 16, REGISTERS = 32 };

typedef __m512 Vector;
typedef __mmask16 Mask;

ALWAYS_INLINE Vector load(const float *from)
{
    return _mm512_loadu_ps(from);
}

ALWAYS_INLINE void store(float *to, Vector vector)
{
    _mm512_storeu_ps(to, vector);
}

ALWAYS_INLINE Vector spread(float value)
{
    return _mm512_set1_ps(value);
}

ALWAYS_INLINE Vector multiply_add(Vector a, Vector b, Vector sum)
{
    return _mm512_fmadd_ps(a, b, sum);
}

ALWAYS_INLINE Vector add(Vector a, Vector b)
{
    return _mm512_add_ps(a, b);
}

ALWAYS_INLINE Vector subtract(Vector a, Vector b)
{
    return _mm512_sub_ps(a, b);
}

ALWAYS_INLINE Vector larger(Vector a, Vector b)
{
    return _mm512_max_ps(a, b);
}

ALWAYS_INLINE Mask is_greater(Vector a, Vector b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
}

ALWAYS_INLINE Vector choose(Mask mask, Vector yes, Vector no)
{
    return _mm512_mask_blend_ps(mask, no, yes);
}

ALWAYS_INLINE Mask choose_mask(Mask mask, Mask yes, Mask no)
{
    return (Mask)((mask & yes) | (~mask & no));
}

ALWAYS_INLINE uint64_t mask_bits(Mask mask)
{
    return mask;
}

#elif !defined(LEAT_KERNELS_PLAIN) && defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

enum { WIDTH = 8, REGISTERS = 16 };

typedef __m256 Vector;
typedef __m256 Mask;

ALWAYS_INLINE Vector load(const float *from)
{
    return _mm256_loadu_ps(from);
}

ALWAYS_INLINE void store(float *to, Vector vector)
{
    _mm256_storeu_ps(to, vector);
}

ALWAYS_INLINE Vector spread(float value)
{
    return _mm256_set1_ps(value);
}

ALWAYS_INLINE Vector multiply_add(Vector a, Vector b, Vector sum)
{
    return _mm256_fmadd_ps(a, b, sum);
}

ALWAYS_INLINE Vector add(Vector a, Vector b)
{
    return _mm256_add_ps(a, b);
}

ALWAYS_INLINE Vector subtract(Vector a, Vector b)
{
    return _mm256_sub_ps(a, b);
}

ALWAYS_INLINE Vector larger(Vector a, Vector b)
{
    return _mm256_max_ps(a, b);
}

ALWAYS_INLINE Mask is_greater(Vector a, Vector b)
{
    return _mm256_cmp_ps(a, b, _CMP_GT_OQ);
}

ALWAYS_INLINE Vector choose(Mask mask, Vector yes, Vector no)
{
    return _mm256_blendv_ps(no, yes, mask);
}

ALWAYS_INLINE Mask choose_mask(Mask mask, Mask yes, Mask no)
{
    return _mm256_blendv_ps(no, yes, mask);
}

ALWAYS_INLINE uint64_t mask_bits(Mask mask)
{
    return (uint64_t)(unsigned)_mm256_movemask_ps(mask);
}

#elif !defined(LEAT_KERNELS_PLAIN) && defined(__aarch64__)
#include <arm_neon.h>

enum { WIDTH = 4, REGISTERS = 32 };

typedef float32x4_t Vector;
typedef uint32x4_t Mask;

ALWAYS_INLINE Vector load(const float *from)
{
    return vld1q_f32(from);
}

ALWAYS_INLINE void store(float *to, Vector vector)
{
    vst1q_f32(to, vector);
}

ALWAYS_INLINE Vector spread(float value)
{
    return vdupq_n_f32(value);
}

ALWAYS_INLINE Vector multiply_add(Vector a, Vector b, Vector sum)
{
    return vfmaq_f32(sum, a, b);
}

ALWAYS_INLINE Vector add(Vector a, Vector b)
{
    return vaddq_f32(a, b);
}

ALWAYS_INLINE Vector subtract(Vector a, Vector b)
{
    return vsubq_f32(a, b);
}

ALWAYS_INLINE Vector larger(Vector a, Vector b)
{
    return vbslq_f32(vcgtq_f32(a, b), a, b);
}

ALWAYS_INLINE Mask is_greater(Vector a, Vector b)
{
    return vcgtq_f32(a, b);
}

ALWAYS_INLINE Vector choose(Mask mask, Vector yes, Vector no)
{
    return vbslq_f32(mask, yes, no);
}

ALWAYS_INLINE Mask choose_mask(Mask mask, Mask yes, Mask no)
{
    return vbslq_u32(mask, yes, no);
}

ALWAYS_INLINE uint64_t mask_bits(Mask mask)
{
    static const uint32_t bits[4] = {1, 2, 4, 8};

    return vaddvq_u32(vandq_u32(mask, vld1q_u32(bits)));
}

#else
#include <math.h>

/* As wide as the widest, so that a test of it tests the loops of that one. */
enum { WIDTH = 16, REGISTERS = 32 };

typedef struct {
    float lanes[WIDTH];
} Vector;

typedef uint32_t Mask;

ALWAYS_INLINE Vector load(const float *from)
{
    Vector vector;

    for (int i = 0; i < WIDTH; i++)
        vector.lanes[i] = from[i];
    return vector;
}

ALWAYS_INLINE void store(float *to, Vector vector)
{
    for (int i = 0; i < WIDTH; i++)
        to[i] = vector.lanes[i];
}

ALWAYS_INLINE Vector spread(float value)
{
    Vector vector;

    for (int i = 0; i < WIDTH; i++)
        vector.lanes[i] = value;
    return vector;
}

ALWAYS_INLINE Vector multiply_add(Vector a, Vector b, Vector sum)
{
    for (int i = 0; i < WIDTH; i++)
        sum.lanes[i] = fmaf(a.lanes[i], b.lanes[i], sum.lanes[i]);
    return sum;
}

ALWAYS_INLINE Vector add(Vector a, Vector b)
{
    for (int i = 0; i < WIDTH; i++)
        a.lanes[i] += b.lanes[i];
    return a;
}

ALWAYS_INLINE Vector subtract(Vector a, Vector b)
{
    for (int i = 0; i < WIDTH; i++)
        a.lanes[i] -= b.lanes[i];
    return a;
}

ALWAYS_INLINE Vector larger(Vector a, Vector b)
{
    for (int i = 0; i < WIDTH; i++)
        a.lanes[i] = a.lanes[i] > b.lanes[i] ? a.lanes[i] : b.lanes[i];
    return a;
}

ALWAYS_INLINE Mask is_greater(Vector a, Vector b)
{
    Mask mask = 0;

    for (int i = 0; i < WIDTH; i++)
        mask |= (Mask)(a.lanes[i] > b.lanes[i]) << i;
    return mask;
}

ALWAYS_INLINE Vector choose(Mask mask, Vector yes, Vector no)
{
    for (int i = 0; i < WIDTH; i++)
        no.lanes[i] = mask >> i & 1 ? yes.lanes[i] : no.lanes[i];
    return no;
}

ALWAYS_INLINE Mask choose_mask(Mask mask, Mask yes, Mask no)
{
    return (mask & yes) | (~mask & no);
}

ALWAYS_INLINE uint64_t mask_bits(Mask mask)
{
    return mask;
}
#endif

#endif
