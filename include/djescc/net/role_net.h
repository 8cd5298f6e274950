/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/image/image_shape.h>
#include <torch/nn/module.h>
#include <torch/types.h>

namespace djescc {

/*! What the owner or the recipient holds: images to images.
 *
 *  An encryption net turns plain images into protected ones, a decryption net turns
 *  (noisy) protected images back. Input and output are N x C x H x W float32 in [0, 1];
 *  the output's C, H, W may differ from the input's (Cipher::protected_shape).
 */
class ImageTransform : public torch::nn::Module
{
public:
    using torch::nn::Module::Module;
    virtual torch::Tensor forward(const torch::Tensor& images) = 0;
};

/*! What the provider's transmit side holds: images to symbols.
 *
 *  Input N x C x H x W float32 in [0, 1]; output N x k complex64 with average power 1
 *  per image. \p snr_db is a float tensor of N values in dB (Es/N0) for nets that adapt
 *  to the channel; it may be undefined, and nets that do not adapt ignore it.
 */
class SymbolEncoder : public torch::nn::Module
{
public:
    using torch::nn::Module::Module;
    virtual torch::Tensor forward(const torch::Tensor& images,
                                  const torch::Tensor& snr_db) = 0;
};

/*! What the provider's receive side holds: noisy symbols back to images.
 *
 *  Input N x k complex64 and the shape of the images that were encoded; output
 *  N x C x H x W float32 in [0, 1]. \p snr_db as for SymbolEncoder.
 */
class SymbolDecoder : public torch::nn::Module
{
public:
    using torch::nn::Module::Module;
    virtual torch::Tensor forward(const torch::Tensor& symbols,
                                  const ImageShape& shape,
                                  const torch::Tensor& snr_db) = 0;
};

} // namespace djescc
