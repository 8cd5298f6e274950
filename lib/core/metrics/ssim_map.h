/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The map of SSIM that the metric and the training loss average. */
#pragma once

#include <cstdint>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Weights of SSIM's Gaussian window (11 taps of deviation 1.5) for images whose smaller
 *  side is `smaller_side` pixels; a smaller odd number of taps where those do not fit. */
std::vector<double> ssim_window(int64_t smaller_side);

/*! The SSIM index at every place where the window fits (Wang et al., "Image Quality
 *  Assessment: From Error Visibility to Structural Similarity", 2004, section III-C).
 *
 *  \param x, y    N x C x H x W of one floating type, in [0, 1]
 *  \param window  from ssim_window()
 *  \return N x C x (H - taps + 1) x (W - taps + 1), differentiable
 */
torch::Tensor ssim_map(const torch::Tensor& x,
                       const torch::Tensor& y,
                       const std::vector<double>& window);

} // namespace djescc
