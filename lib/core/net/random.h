/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Seeds and generators of training runs, one sequence for each purpose. */
#pragma once

#include <cstdint>
#include <torch/types.h>

namespace djescc {

//! What random numbers of a training run are for; each purpose has a sequence of its own.
enum class RandomPurpose : uint64_t {
    weights,
    order,
    crop,
    channel,
    secrets,
    validation,
    wrong_key,
    masks
};

/*! Seed for one purpose and step: SplitMix64's mixing (Steele et al. 2014), so that a
 *  resumed run draws what an uninterrupted one would have drawn. */
uint64_t derive_seed(uint64_t seed, RandomPurpose purpose, uint64_t step);

//! A CPU generator of its own.
at::Generator make_generator(uint64_t seed);

} // namespace djescc
