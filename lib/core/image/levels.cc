/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Rounds images to 8 bits.

#include <djescc/image/levels.h>

namespace djescc {

torch::Tensor to_8bit_levels(const torch::Tensor& images)
{
    return images.to(torch::kFloat).clamp(0, 1).mul(255).round();
}

} // namespace djescc
