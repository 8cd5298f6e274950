/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The check that every known-plaintext attack begins with. */
#pragma once

#include <djescc/error.h>
#include <torch/types.h>

namespace djescc {

//! \throws ConfigError unless there are as many plain as protected images, at least one
inline void check_known_pairs(const torch::Tensor& plain, const torch::Tensor& hidden)
{
    if (!plain.defined() || plain.size(0) == 0 || plain.size(0) != hidden.size(0))
        throw ConfigError("a known-plaintext attack needs pairs of images");
}

} // namespace djescc
