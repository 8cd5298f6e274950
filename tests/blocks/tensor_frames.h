/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Frames of streams as tensors and back, for tests of blocks with nets. */
#pragma once

#include "core/small_model.h"
#include "frame_streams.h"
#include <algorithm>
#include <djescc/runtime/stages.h>
#include <torch/torch.h>
#include <vector>

namespace gr::djescc::test {

//! Interleaved items of an image as 1 x C x H x W.
inline torch::Tensor to_tensor(const std::vector<float>& items,
                               const ::djescc::ImageShape& shape)
{
    return torch::tensor(items)
        .view({ 1, shape.height, shape.width, shape.channels })
        .permute({ 0, 3, 1, 2 })
        .contiguous();
}

inline torch::Tensor to_tensor(const received_frame<float>& found)
{
    return to_tensor(found.items, found.info.shape);
}

//! Symbols as 1 x k.
inline torch::Tensor to_tensor(const std::vector<gr_complex>& symbols)
{
    auto tensor =
        torch::empty({ 1, static_cast<int64_t>(symbols.size()) }, torch::kComplexFloat);
    std::copy(
        symbols.begin(), symbols.end(), static_cast<gr_complex*>(tensor.data_ptr()));
    return tensor;
}

//! 1 x k symbols as items.
inline std::vector<gr_complex> to_symbols(const torch::Tensor& symbols)
{
    const auto* data = static_cast<const gr_complex*>(symbols.data_ptr());
    return { data, data + symbols.numel() };
}

//! Largest absolute difference, infinite where the shapes differ.
inline double distance(const torch::Tensor& a, const torch::Tensor& b)
{
    if (a.sizes() != b.sizes()) {
        return std::numeric_limits<double>::infinity();
    }
    return (a - b).abs().max().item<double>();
}

// Batches of another size may run another kernel, which rounds differently.
constexpr double rounding = 1e-5;

} // namespace gr::djescc::test
