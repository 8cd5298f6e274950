/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Mixes seeds by SplitMix64.

#include "net/random.h"

#include <ATen/CPUGeneratorImpl.h>

namespace djescc {
namespace {

uint64_t mix(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

} // namespace

uint64_t derive_seed(uint64_t seed, RandomPurpose purpose, uint64_t step)
{
    return mix(mix(mix(seed) ^ static_cast<uint64_t>(purpose)) ^ step);
}

at::Generator make_generator(uint64_t seed)
{
    return at::detail::createCPUGenerator(seed);
}

} // namespace djescc
