/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "radio/payload_scrambler.h"

#include "radio/split_mix.h"

namespace gr {
namespace djescc {

namespace {

constexpr size_t turns_per_word = 32;

//! z j^turns
gr_complex turned(gr_complex z, uint64_t turns)
{
    switch (turns & 3) {
    case 0:
        return z;
    case 1:
        return { -z.imag(), z.real() };
    case 2:
        return -z;
    default:
        return { z.imag(), -z.real() };
    }
}

//! \param sense  1 to turn, 3 to turn back
void turn(gr_complex* symbols, size_t count, uint32_t burst, uint64_t sense)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        if (i % turns_per_word == 0) {
            word = split_mix(format_seed::scrambler,
                             (uint64_t(burst) << 32) + i / turns_per_word);
        }
        symbols[i] = turned(symbols[i], sense * (word & 3));
        word >>= 2;
    }
}

} // namespace

void scramble(gr_complex* symbols, size_t count, uint32_t burst)
{
    turn(symbols, count, burst, 1);
}

void descramble(gr_complex* symbols, size_t count, uint32_t burst)
{
    turn(symbols, count, burst, 3);
}

} // namespace djescc
} // namespace gr
