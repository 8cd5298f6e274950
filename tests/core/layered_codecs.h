/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What the tests of codecs that send in parts share: the sizes of their nets in closed
 *  form, pictures, nets without a cipher. */
#pragma once

#include "net/block_transform.h"
#include <ATen/CPUGeneratorImpl.h>
#include <djescc/codec/codec.h>
#include <djescc/model/model_nets.h>
#include <string>
#include <torch/torch.h>

namespace djescc::test {

inline std::shared_ptr<const Codec>
make_codec(const std::string& type, nlohmann::json config = nlohmann::json::object())
{
    config["type"] = type;
    return Codec::create(config);
}

inline Conditions told_snr(double snr_db, int64_t n)
{
    Conditions conditions;
    conditions.snr_db = torch::full({ n }, snr_db, torch::kFloat32);
    return conditions;
}

inline int64_t parameter_count(const torch::nn::Module& net)
{
    int64_t count = 0;
    for (const auto& parameter : net.parameters())
        count += parameter.numel();
    return count;
}

// Weights and biases of convolutions, GDN, PReLU and attention modules of width w.

inline int64_t inner_parameters(int64_t w)
{
    const int64_t convolutions = 3 * (25 * w * w + w), gdn = 4 * (w * w + w),
                  prelu = 4 * w, attention = 4 * (33 * w + 32);
    return convolutions + gdn + prelu + attention;
}

//! \param in  channels of what is encoded
inline int64_t encoder_parameters(int64_t w, int64_t t, int64_t in = 3)
{
    return inner_parameters(w) + (81 * in * w + w) + (25 * w * t + t) + (t * t + t);
}

inline int64_t decoder_parameters(int64_t w, int64_t t)
{
    return inner_parameters(w) + (25 * t * w + w) + (81 * 3 * w + 3) + (3 * 3 + 3);
}

//! Of 4x4 blocks drawn from the image model that the linear start is made for.
inline torch::Tensor block_pictures(int64_t count)
{
    const auto model = block_transform(4);
    const auto blocks = torch::matmul(torch::randn({ count, 8, 8, 48 }) * model.deviation,
                                      model.basis.t());
    return torch::pixel_shuffle(blocks.permute({ 0, 3, 1, 2 }), 4).add(0.5).clamp(0, 1);
}

//! The nets of a model without a cipher.
inline ModelNets nets_without_cipher(const Codec& codec, uint64_t seed)
{
    torch::manual_seed(seed);
    return create_nets(*Cipher::create({ { "type", "none" } }),
                       codec,
                       at::detail::createCPUGenerator(seed));
}

} // namespace djescc::test
