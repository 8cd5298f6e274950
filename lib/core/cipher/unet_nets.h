/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The nets of cipher `unet`, with and without a mask. */
#pragma once

#include "net/unet.h"
#include <djescc/net/readable_net.h>
#include <djescc/net/role_net.h>
#include <optional>
#include <string>
#include <torch/nn/modules/conv.h>

namespace djescc {

//! The secret mask of cipher `unet`.
struct MaskOptions {
    int64_t latents = 16; //!< per block
    int64_t noise = 16;   //!< channels of masking noise per block
    int64_t size = 64;    //!< in blocks, after which the mask repeats
    //! Nets that refine what is mixed into a block's pixels, and what is read out of
    //! them; none: mixing is linear.
    std::optional<UNetOptions> mix{}, unmix{};
};

//! One side of cipher `unet` without a mask: a U-Net on blocks, then a sigmoid.
class PlainUNetEncryptor : public Encryptor
{
public:
    PlainUNetEncryptor(const UNetOptions& options, int64_t block);
    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override;
    bool starts_as_nothing(const std::string& tensor_name) const override;

private:
    int64_t d_block;
    UNet d_unet{ nullptr };
};

//! The other side.
class PlainUNetDecryptor : public Decryptor
{
public:
    PlainUNetDecryptor(const UNetOptions& options, int64_t block);
    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override;
    bool starts_as_nothing(const std::string& tensor_name) const override;

private:
    int64_t d_block;
    UNet d_unet{ nullptr };
};

/*! The owner's side of cipher `unet` with a mask.
 *  Under Conditions::keys, and in training with own_secrets, every image has signs and
 *  noise of its own, which are multiplied with the net's. */
class MaskedEncryptor : public Encryptor, public ReadableEncryptor
{
public:
    MaskedEncryptor(const UNetOptions& options, int64_t block, const MaskOptions& mask);
    ProtectedImages forward(const torch::Tensor& plain,
                            const Conditions& conditions) override;
    bool starts_as_nothing(const std::string& tensor_name) const override;
    torch::Tensor latents_of(const torch::Tensor& plain) override;

    torch::Tensor signs; //!< int8, 1 x latents x size x size
    torch::Tensor noise; //!< int8, 1 x noise x size x size

private:
    int64_t d_block;
    UNet d_unet{ nullptr }, d_mix_unet{ nullptr };
    torch::nn::Conv2d d_linear{ nullptr }, d_mix{ nullptr };
};

//! The recipient's side of cipher `unet` with a mask, with the owner's signs.
class MaskedDecryptor : public Decryptor, public ReadableDecryptor
{
public:
    MaskedDecryptor(const UNetOptions& options, int64_t block, const MaskOptions& mask);
    torch::Tensor forward(const ProtectedImages& images,
                          const Conditions& conditions) override;
    //! The latents under their signs.
    torch::Tensor read(const torch::Tensor& images) override;
    torch::Tensor picture_of(const torch::Tensor& latents) override;
    bool starts_as_nothing(const std::string& tensor_name) const override;

    torch::Tensor signs; //!< as the encryptor's

private:
    int64_t d_block;
    UNet d_unet{ nullptr }, d_unmix_unet{ nullptr };
    torch::Tensor unmixed(const torch::Tensor& blocks);

    torch::nn::Conv2d d_linear{ nullptr }, d_unmix{ nullptr };
};

} // namespace djescc
