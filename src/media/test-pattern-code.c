/* SPDX-License-Identifier: MIT */
/* The code in the test pattern; test-pattern.h says how it is made. */
#include "media/test-pattern-internal.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS 22
#define ROWS 4
#define BITS 80
#define BYTES (BITS / 8)

/* With less between the two levels there is no code, only noise. */
#define LEAST_CONTRAST 32

static const LeatColour light = {235, 128, 128};
static const LeatColour dark = {16, 128, 128};

static uint16_t crc16(const uint8_t *bytes, size_t count)
{
    uint16_t crc = 0xffff;
    for (size_t i = 0; i < count; i++) {
        crc ^= (uint16_t)(bytes[i] << 8);
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1);
    }
    return crc;
}

static void put_uint32(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get_uint32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool bit_at(const uint8_t *bytes, int bit)
{
    return bytes[bit / 8] >> (7 - bit % 8) & 1;
}

void leat_test_pattern_draw_code(const LeatCanvas *canvas, int64_t number, int64_t time_ms)
{
    uint8_t bytes[BYTES];
    put_uint32(bytes, (uint32_t)number);
    put_uint32(bytes + 4, (uint32_t)time_ms);
    uint16_t crc = crc16(bytes, 8);
    bytes[8] = (uint8_t)(crc >> 8);
    bytes[9] = (uint8_t)crc;

    for (int row = 0; row < ROWS; row++) {
        int top = canvas->height * (20 + row) / 24, bottom = canvas->height * (21 + row) / 24;
        for (int column = 0; column < COLUMNS; column++) {
            int left = canvas->width * column / COLUMNS;
            int right = canvas->width * (column + 1) / COLUMNS;
            bool lit = column == 0;
            if (column > 0 && column < COLUMNS - 1)
                lit = bit_at(bytes, row * (COLUMNS - 2) + column - 1);
            leat_canvas_fill(canvas, left, top, right - left, bottom - top, lit ? light : dark);
        }
    }
}

/* The mean of the middle half of a cell, each way. */
static int cell_level(const uint8_t *luma, int stride, int width, int height, int column, int row)
{
    int left = width * (4 * column + 1) / (4 * COLUMNS);
    int right = width * (4 * column + 3) / (4 * COLUMNS);
    int top = height * (4 * (20 + row) + 1) / 96;
    int bottom = height * (4 * (20 + row) + 3) / 96;
    right = MAX(right, left + 1);
    bottom = MAX(bottom, top + 1);

    int64_t sum = 0;
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
            sum += luma[(ptrdiff_t)y * stride + x];
    return (int)(sum / ((int64_t)(right - left) * (bottom - top)));
}

bool leat_test_pattern_read(const uint8_t *luma, int stride, int width, int height, int64_t *number,
                            int64_t *time_ms)
{
    if (width < COLUMNS || height < 24 || width > LEAT_MAX_EDGE || height > LEAT_MAX_EDGE)
        return false;
    uint8_t bytes[BYTES] = {0};
    for (int row = 0; row < ROWS; row++) {
        int one = cell_level(luma, stride, width, height, 0, row);
        int zero = cell_level(luma, stride, width, height, COLUMNS - 1, row);
        if (abs(one - zero) < LEAST_CONTRAST)
            return false;
        for (int column = 1; column < COLUMNS - 1; column++) {
            int level = cell_level(luma, stride, width, height, column, row);
            int bit = row * (COLUMNS - 2) + column - 1;
            if (abs(level - one) < abs(level - zero))
                bytes[bit / 8] |= (uint8_t)(1 << (7 - bit % 8));
        }
    }
    if (crc16(bytes, 8) != (bytes[8] << 8 | bytes[9]))
        return false;
    *number = get_uint32(bytes);
    *time_ms = get_uint32(bytes + 4);
    return true;
}
