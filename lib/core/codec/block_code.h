/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What the convolutional codecs of R = t / 96 share: their code's size, how features
 *  become symbols, and the linear transform code that their nets may start as. */
#pragma once

#include "net/block_transform.h"
#include <djescc/codec/codec.h>
#include <djescc/files/config.h>
#include <string>

namespace djescc {

//! The transform initialisation adds He noise of this relative size, so that no two
//! filters stay alike.
inline constexpr double initial_noise = 0.02;
//! Noise power per real dimension of the Wiener gains that decoders start with: 10 dB.
inline constexpr double initial_noise_power = 0.05;

/*! Base of codecs whose nets have two layers of stride 2 on each side, and t channels of
 *  real numbers between them. */
class BlockCodec : public Codec
{
public:
    //! Side of the blocks that a code feature stands for.
    static constexpr int64_t downsampling = 4;
    //! Of a code.
    static constexpr int64_t most_channels = 1024;

    int64_t multiple() const override { return downsampling; }
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override;
    std::string symbol_formula() const override;
    double bandwidth_ratio() const override { return static_cast<double>(d_t) / 96.0; }

protected:
    /*! Reads "t" [16] and "initialization".
     *  \param usual_start  its default
     *  \throws ConfigError for values out of range */
    BlockCodec(ConfigReader& reader, const std::string& usual_start);
    /*! Reads "initialization".
     *  \param t  channels of the code in all
     *  \throws ConfigError for a value that is unknown */
    BlockCodec(ConfigReader& reader, const std::string& usual_start, int64_t t);

    int64_t t() const { return d_t; }
    const std::string& initialization() const { return d_initialization; }
    bool starts_as_transform() const { return d_initialization != "random"; }
    //! Of natural images, or for "flat" of images whose components are equally strong.
    BlockTransform initial_transform() const;

private:
    int64_t d_t;
    std::string d_initialization;
};

//! N x t x H x W to N x ceil(t H W / 2) symbols of average power 1.
torch::Tensor symbols_from_features(const torch::Tensor& features);

/*! What was received, back to N x t x H/4 x W/4.
 *  \param shape  of the image */
torch::Tensor
features_from_symbols(const torch::Tensor& symbols, int64_t t, const ImageShape& shape);

/*! Kernel of the first of two stride-2 layers, as convolution weights, which together
 *  compute the strongest components of each 4x4 block, as many as there are filters. A
 *  stride-2 kernel covers its own 2x2 block with the taps from (size - 1) / 2.
 *  \return filters x 3 x size x size */
torch::Tensor pixels_kernel(int64_t filters, int64_t size);
/*! Kernel of the second one.
 *  \param basis  BlockTransform::basis
 *  \return out x in x 5 x 5 */
torch::Tensor components_kernel(const torch::Tensor& basis, int64_t out, int64_t in);

//! Adds gains between 5x5 filters' centre taps.
void add_gains(torch::Tensor weight, const torch::Tensor& gain);

} // namespace djescc
