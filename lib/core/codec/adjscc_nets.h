/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The layers of codec `adjscc`'s encoder and decoder, which codecs that send in several
 *  parts are made of too. */
#pragma once

#include "net/block_transform.h"
#include "net/gdn.h"
#include "net/transposed_conv.h"
#include <array>
#include <cstdint>
#include <djescc/files/config.h>
#include <string>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <vector>

// A namespace of its own, since it shares its layers' names with codec `djscc`.
namespace djescc::adjscc {

inline constexpr int64_t layer_count = 5;

struct Layer {
    int64_t in, out, kernel, stride;
};

using Layers = std::array<Layer, layer_count>;

//! What all nets of one codec have alike.
struct NetSize {
    int64_t width;  //!< filters of every layer but the last
    bool attention; //!< whether the nets heed the SNR
};

/*! Reads "width" [256] and "attention" [true].
 *  \throws ConfigError for values out of range */
NetSize read_size(ConfigReader& reader);

/*! The linear code that the nets start close to: every channel is a component of the 4x4
 *  blocks, the strongest first, in amplitudes that share a power budget best. It may also
 *  be one for what an estimate of the image lacks. */
struct TransformCode {
    /*! \param width   filters that there are for the components
     *  \param layers  numbers of channels that share a power budget each; one number
     *                 where all do */
    TransformCode(const BlockTransform& transform,
                  int64_t width,
                  const std::vector<int64_t>& layers);

    /*! A code of \p t channels for what a receiver of this one lacks, which begins with
     *  what it lacks most of. */
    TransformCode of_what_is_left(int64_t t) const;

    torch::Tensor basis;     //!< BlockTransform::basis
    torch::Tensor deviation; //!< of each component, for at most `width` of them
    int64_t channels = 0;
    std::vector<int64_t> component; //!< that each channel carries, where there is one
    torch::Tensor power;  //!< of each component, the mean over what shares its budget
    torch::Tensor scale;  //!< of all features behind the encoder's second layer
    torch::Tensor wiener; //!< gain of each component in the decoder
};

/*! Attention feature module (Xu et al., Fig. 4): features N x C x H x W times a gain for
 *  each channel in (0, 1), which a dense net computes from the channels' means and the
 *  SNR in dB, as it is. C + 1 to 16 ReLU to C sigmoid. */
class AttentionFeatureImpl : public torch::nn::Module
{
public:
    explicit AttentionFeatureImpl(int64_t channels);

    //! Nearly one gain for all channels; the hidden units are hinges over the range of
    //! SNRs, half of them rising and half falling.
    void initialize_as_constant();

    torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& snr_db);

private:
    torch::nn::Linear d_squeeze, d_excite;
};
TORCH_MODULE(AttentionFeature);

/*! What follows a convolution in the first four layers of both sides: GDN or its inverse
 *  (named \p normalization), PReLU, and the AF module where there is attention. */
class LayerEnds
{
public:
    LayerEnds(torch::nn::Module& net,
              const std::string& normalization,
              bool inverse,
              const Layers& layers,
              bool attention);

    void initialize_as_gain();

    //! What the attention after each layer takes away at the start.
    double initial_gain() const;

    //! \param features  what the convolution of layer \p i computed, N x C x H x W
    torch::Tensor
    operator()(std::size_t i, const torch::Tensor& features, const torch::Tensor& snr_db);

private:
    std::vector<Gdn> d_normalizations;
    std::vector<torch::nn::PReLU> d_activations;
    std::vector<AttentionFeature> d_attention;
};

/*! Images to the channels of a code: convolutions 9x9 W|2; 5x5 W|2; 5x5 W|1 twice; 5x5
 *  t|1 (filters|stride), GDN after each, PReLU and AF module after the first four. */
class EncoderLayers
{
public:
    /*! \param net  whose modules these are
     *  \param in   channels of what is encoded: 3 of an image, 6 of an image and an
     *              estimate of it */
    EncoderLayers(torch::nn::Module& net, const NetSize& size, int64_t t, int64_t in = 3);

    //! Of an image and an estimate the code is that of their difference.
    void initialize_as_transform(const TransformCode& code);

    /*! \param images  N x in x H x W
     *  \param snr_db  N values; with attention never undefined
     *  \return N x t x H/4 x W/4 of any power */
    torch::Tensor operator()(const torch::Tensor& images, const torch::Tensor& snr_db);

private:
    std::vector<torch::nn::Conv2d> d_convs;
    LayerEnds d_ends;
};

/*! The channels of a code to images: transposed convolutions 5x5 W|1 three times, 5x5
 *  W|2, 9x9 3|2, inverse GDN after each, PReLU and AF module after the first four,
 *  sigmoid. */
class DecoderLayers
{
public:
    //! \param net  whose modules these are
    DecoderLayers(torch::nn::Module& net, const NetSize& size, int64_t t);

    /*! \param code   of the first channels that these layers take, or of more
     *  \param added  codes for what those before lack, of the channels behind */
    void initialize_as_transform(const TransformCode& code,
                                 const std::vector<TransformCode>& added = {});

    /*! \param features  N x t x H/4 x W/4, real dimensions of power one half and noise
     *  \param snr_db    N values; with attention never undefined
     *  \return N x 3 x H x W in [0, 1] */
    torch::Tensor operator()(const torch::Tensor& features, const torch::Tensor& snr_db);

private:
    std::vector<TransposedConv> d_convs;
    LayerEnds d_ends;
};

} // namespace djescc::adjscc
