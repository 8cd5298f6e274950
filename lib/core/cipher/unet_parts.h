/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What the nets of ciphers `unet` and `keyed-unet` are made of, and start as. */
#pragma once

#include "net/tiled.h"
#include "net/unet.h"
#include <cstdint>
#include <torch/nn/modules/conv.h>
#include <torch/types.h>

namespace djescc::unet_parts {

//! Standard deviation of a U-Net's last layer at the start: the linear path dominates.
inline constexpr double initial_head_deviation = 0.02;
//! The nets that refine the mixing, as modules.
inline constexpr const char *mix_name = "mix_unet", *unmix_name = "unmix_unet";

torch::nn::Conv2d pointwise(int64_t in, int64_t out, bool bias);

//! A net whose output starts as zero, to be added to what a linear layer gives.
UNet refinement(UNetOptions options, int64_t in, int64_t out);

//! Of nets whose images are as large as those they take.
TileGrid tile_grid(int64_t step, int64_t halo);

//! Images in [0, 1] to values around 0, a block's in the channels of one place.
torch::Tensor to_blocks(const torch::Tensor& images, int64_t block);
//! The inverse, through sigmoid(4 u), which has slope 1 at u = 0.
torch::Tensor from_blocks(const torch::Tensor& blocks, int64_t block);

/*! What both sides agree on at the start: latents are the strongest components of a
 *  block, of amplitude sqrt(deviation) (see codec djscc) and average power 1. */
struct InitialLatents {
    torch::Tensor basis;    //!< block components, as columns
    torch::Tensor gain;     //!< component to latent
    torch::Tensor carriers; //!< latents and noise to pixels, as orthonormal columns
    double amplitude;       //!< of latents and noise in the protected image

    //! \param latents, noise  channels of a block
    InitialLatents(int64_t block, int64_t latents, int64_t noise);
};

} // namespace djescc::unet_parts
