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
#include <djescc/runtime/role_runner.h>
#include <optional>
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

//! A role of a model or keyring, on the CPU, outside of any flowgraph.
inline ::djescc::RoleRunner role_of(::djescc::Role role,
                                    const ::djescc::ModelSource& source)
{
    ::djescc::RunnerOptions options;
    options.runtime = ::djescc::test::on_cpu();
    return { role, source, options };
}

inline ::djescc::RoleRunner role_of(::djescc::Role role, const std::string& model)
{
    return role_of(role, ::djescc::ModelSource{ model, {}, {} });
}

//! One image, 1 x C x H x W, through an encryptor or encoder.
inline torch::Tensor
run_image(::djescc::RoleRunner& net, const torch::Tensor& image, int64_t id = 0)
{
    return net.run(::djescc::image_batch(image, id)).values;
}

//! One frame's symbols, 1 x k, through a decoder.
inline torch::Tensor run_symbols(::djescc::RoleRunner& net,
                                 const torch::Tensor& symbols,
                                 const ::djescc::ImageShape& shape,
                                 std::optional<double> snr_db = {})
{
    ::djescc::FrameBatch batch;
    batch.values = symbols;
    batch.facts.resize(1);
    batch.facts.front().shape = shape;
    batch.facts.front().snr_db = snr_db;
    return net.run(std::move(batch)).values;
}

//! One protected image, 1 x C x H x W, through a decryptor.
inline torch::Tensor run_protected(::djescc::RoleRunner& net,
                                   const torch::Tensor& image,
                                   const ::djescc::ImageShape& plain,
                                   int64_t id = 0)
{
    auto batch = ::djescc::image_batch(image, id);
    batch.facts.front().plain = plain;
    return net.run(std::move(batch)).values;
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
