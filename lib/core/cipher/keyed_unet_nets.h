/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The nets of cipher `keyed-unet`. */
#pragma once

#include "cipher/keyed_net.h"
#include "cipher/latent_rotation.h"
#include "net/unet.h"
#include <djescc/net/readable_net.h>
#include <djescc/net/role_net.h>
#include <optional>
#include <string>
#include <torch/nn/modules/conv.h>
#include <vector>

namespace djescc::keyed_unet {

//! What both nets are made from.
struct Options {
    int64_t block = 4;         //!< its side in pixels
    int64_t latents = 16;      //!< of a block
    int64_t noise = 0;         //!< channels of covering noise of a block
    std::vector<int64_t> dead; //!< latents that are not sent: zeros stand in their places
    UNetOptions encrypt, decrypt;
    //! Nets that refine what is mixed into a block's pixels, and what is read out of
    //! them; none: mixing is linear.
    std::optional<UNetOptions> mix{}, unmix{};

    //! The others, rising.
    std::vector<int64_t> live() const;
};

/*! The owner's side. What the net finds in the picture, its live latents, goes through a
 *  secret rotation over all places and channels at fixed energy, then into the pixels.
 *  The energy is a gain among the side bytes. */
class KeyedEncryptor : public KeyedNet<Encryptor>, public ReadableEncryptor
{
public:
    explicit KeyedEncryptor(const Options& options);
    ProtectedImages forward(const torch::Tensor& plain,
                            const Conditions& conditions) override;
    bool starts_as_nothing(const std::string& tensor_name) const override;

    //! Latents of plain images: N x latents x blocks down x blocks across.
    torch::Tensor latents_of(const torch::Tensor& plain) override;
    /*! Pixels of latents as they are sent, and of covering noise (N x noise x ...). */
    torch::Tensor pixels_of(const torch::Tensor& latents, const torch::Tensor& noise);

    //! Factors of the live latents before the rotation and behind it.
    torch::Tensor metric, spread;

private:
    Options d_options;
    torch::Tensor d_live;
    UNet d_unet{ nullptr }, d_mix_unet{ nullptr };
    torch::nn::Conv2d d_linear{ nullptr }, d_mix{ nullptr };
};

//! The recipient's side.
class KeyedDecryptor : public KeyedNet<Decryptor>, public ReadableDecryptor
{
public:
    explicit KeyedDecryptor(const Options& options);
    torch::Tensor forward(const ProtectedImages& images,
                          const Conditions& conditions) override;
    bool starts_as_nothing(const std::string& tensor_name) const override;

    //! The latents, rotated.
    torch::Tensor read(const torch::Tensor& images) override;
    torch::Tensor picture_of(const torch::Tensor& latents) override;

    //! Factors of the live latents before they are turned back and behind it.
    torch::Tensor take, give;

private:
    Options d_options;
    torch::Tensor d_live;
    UNet d_unet{ nullptr }, d_unmix_unet{ nullptr };
    torch::nn::Conv2d d_linear{ nullptr }, d_unmix{ nullptr };
};

} // namespace djescc::keyed_unet
