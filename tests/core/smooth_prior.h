/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Fresh nets of codec `hybrid` that know what every trained one does. */
#pragma once

#include "codec/block_dct.h"
#include <djescc/net/role_net.h>
#include <torch/utils.h>

namespace djescc::test {

//! Less of higher frequencies and of colours is expected.
inline void expect_smooth_pictures(SymbolEncoder& encoder)
{
    const torch::NoGradGuard no_grad;
    const auto place = torch::arange(dct_side);
    const auto steps = (place.view({ -1, 1 }) + place).to(torch::kFloat32);
    auto bias =
        encoder.named_parameters()["variances.last.bias"].view({ 3, dct_side, dct_side });
    bias.copy_(-9 - 0.3 * steps);
    bias.slice(0, 1).sub_(3);
}

} // namespace djescc::test
