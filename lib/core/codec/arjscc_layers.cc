/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Convolutions, the SNR's place among the features, and kernels of the linear start.

#include "codec/arjscc_layers.h"

#include <algorithm>
#include <djescc/error.h>

namespace djescc::arjscc {
namespace {

// The SNR as the dense nets get it: about -1 to 1 over the range that is trained.
constexpr double middle_snr_db = 10, snr_scale_db = 10;

} // namespace

torch::Tensor context_of(const torch::Tensor& features, const torch::Tensor& snr_db)
{
    if (!snr_db.defined())
        throw Error("codec arjscc needs to be told the SNR");
    return torch::cat({ features.mean({ 2, 3 }),
                        ((snr_db - middle_snr_db) / snr_scale_db).view({ -1, 1 }) },
                      1);
}

torch::nn::Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride)
{
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel)
                                 .stride(stride)
                                 .padding(kernel == 3 ? 1 : 0)
                                 .bias(false));
}

void let_through(torch::nn::BatchNorm2d& norm, int64_t features)
{
    norm->bias.slice(0, 0, std::min(features, norm->bias.size(0))).fill_(shift);
}

torch::Tensor own_block(const torch::Tensor& kernel)
{
    return kernel.slice(2, 1, 3).slice(3, 1, 3);
}

torch::Tensor pixel_taps() { return pixels_kernel(12, 3).slice(2, 1, 3).slice(3, 1, 3); }

torch::Tensor component_taps(const LinearCode& code)
{
    return components_kernel(code.basis, code.count, 12).slice(2, 2, 4).slice(3, 2, 4);
}

} // namespace djescc::arjscc
