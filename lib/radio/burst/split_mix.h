/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The generator by which the burst format makes every pseudorandom choice. */
#pragma once

#include <cstdint>

namespace gr {
namespace djescc {

/*! The generator SplitMix64 (Steele, Lea, Flood 2014), by which the burst format defines
 *  every pseudorandom choice: the \p index-th output, from 0, of the generator that
 *  starts at \p seed. */
inline uint64_t split_mix(uint64_t seed, uint64_t index)
{
    uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

//! Seeds of the format's pseudorandom sequences.
namespace format_seed {
inline constexpr uint64_t pilots = 1;
inline constexpr uint64_t header = 2;
inline constexpr uint64_t interleaver = 3;
inline constexpr uint64_t scrambler = 4;
inline constexpr uint64_t padding = 5;
inline constexpr uint64_t extension = 6;
} // namespace format_seed

} // namespace djescc
} // namespace gr
