/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures that need no file, and keys, for tests of cipher `ednn`. */
#pragma once

#include <torch/types.h>
#include <torch/utils.h>

namespace djescc::test {

/*! A grey picture 1 x 1 x size x size with shading, edges and texture, whose grey levels
 *  need no file. */
inline torch::Tensor drawn_picture(int64_t size)
{
    const auto line = torch::arange(size, torch::kFloat32) / static_cast<double>(size);
    const auto y = line.view({ -1, 1 }), x = line.view({ 1, -1 });
    auto picture = 0.35 + 0.3 * y + 0.1 * torch::sin(9 * x + 4 * y);
    const auto disc = ((x - 0.6).square() + (y - 0.4).square()) < 0.05;
    picture = torch::where(disc, picture + 0.25, picture);
    const auto bar = (x < 0.3) & (y > 0.55);
    picture = torch::where(bar, picture - 0.3 + 0.04 * torch::sin(90 * x), picture);
    return picture.clamp(0, 1).view({ 1, 1, size, size });
}

} // namespace djescc::test
