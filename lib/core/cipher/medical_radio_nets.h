/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Both nets of cipher `medical-radio`. */
#pragma once

#include "cipher/keyed_net.h"
#include "cipher/medical_layers.h"
#include "cipher/modular_mask.h"
#include "cipher/value_mixing.h"
#include <djescc/net/role_net.h>
#include <map>
#include <memory>

namespace djescc::medical {

struct RadioOptions {
    int64_t width = 8;     //!< channels of the stem; the groups have 2, 4, 8, 8 times it
    int64_t latents = 256; //!< values of a block of 16x16 pixels, a power of two
    //! Of what is added to the keystream, as a part of the range that it wraps around in.
    double deviation = 0.13;
    double least_alpha = 1; //!< 1: alpha is 1 everywhere
    modular_mask::NonceSource nonce = modular_mask::NonceSource::random;

    static constexpr int64_t block = 16;
    //! Height and width in the protected image of what a block becomes.
    int64_t rows() const;
    int64_t columns() const { return latents / rows(); }
};

//! Side bytes: the nonce, then log2 of the power of each of up to three planes, masked.
inline constexpr int64_t radio_planes = 3, power_bytes = 2;
inline constexpr int64_t radio_side_bytes =
    static_cast<int64_t>(modular_mask::nonce_size) + radio_planes * power_bytes;

//! alpha = least + (1 - least) sigmoid(g(K)) of a key K, as in the paper's FFPM but from
//! the key alone, so that both ends have it.
class KeyedAlphaImpl : public torch::nn::Module
{
public:
    explicit KeyedAlphaImpl(double least);
    //! \param numbers  of the keystream, N x rows x columns int32
    //! \return of their shape
    torch::Tensor forward(const torch::Tensor& numbers);

private:
    double d_least;
    torch::nn::Conv2d d_conv;
};
TORCH_MODULE(KeyedAlpha);

//! What both sides do with a picture's values: mixing and keystreams.
class RadioSide
{
public:
    explicit RadioSide(const RadioOptions& options) : d_options(options) {}

    const RadioOptions& options() const { return d_options; }
    const ValueMixing& mixing(int64_t count);

    //! Keystreams of the planes of pictures.
    struct Masks {
        torch::Tensor numbers; //!< pictures x planes * count int32
        //! For the powers; of each picture.
        std::vector<std::array<uint8_t, 16>> rest;
    };
    /*! \param master  32 bytes
     *  \param nonces  of each picture
     *  \param count   values of a plane */
    static Masks draw(const uint8_t* master,
                      const std::vector<modular_mask::Nonce>& nonces,
                      int64_t planes,
                      int64_t count);
    //! Of a training step, where it matters only that both ends have the same.
    static Masks
    draw(const TrainingMoment& moment, int64_t pictures, int64_t planes, int64_t count);

private:
    RadioOptions d_options;
    std::map<int64_t, std::unique_ptr<ValueMixing>> d_mixings;
};

/*! Each 16x16 block to `latents` values by a linear transform and, beside it, the paper's
 *  FEM; all of them to one power; mixed over the whole picture; added to the keystream
 *  modulo 1. */
class RadioEncryptor : public KeyedNet<Encryptor>
{
public:
    explicit RadioEncryptor(const RadioOptions& options);
    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override;
    const KeyedAlpha& alpha() const { return d_alpha; }
    bool starts_as_nothing(const std::string& tensor_name) const override;

private:
    torch::Tensor values_of(const torch::Tensor& planes);

    RadioSide d_side;
    torch::nn::Conv2d d_analysis, d_stem;
    std::vector<DownGroup> d_downs;
    torch::nn::Conv2d d_latents;
    KeyedAlpha d_alpha{ nullptr };
};

/*! The keystream off, the most likely values given how noisy they are, unmixed; the
 *  transform back under Wiener's weights and, beside it, the paper's FDM, which is told
 *  the noise. Noise is measured on the values themselves, so nobody needs to know the
 *  SNR. */
class RadioDecryptor : public KeyedNet<Decryptor>
{
public:
    explicit RadioDecryptor(const RadioOptions& options);
    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override;
    //! Hold the encryptor's own alpha: both ends must have the same.
    void share(const RadioEncryptor& encryptor);
    bool starts_as_nothing(const std::string& tensor_name) const override;

private:
    RadioSide d_side;
    torch::nn::ConvTranspose2d d_synthesis;
    torch::Tensor d_log_variance; //!< of the latents, as log
    torch::nn::Conv2d d_latents;
    std::vector<UpGroup> d_ups;
    torch::nn::Conv2d d_last;
    KeyedAlpha d_alpha{ nullptr };
};

//! What is known of values in [-1/2, 1/2] that noise may have carried around.
struct UnwrappedValues {
    torch::Tensor values; //!< of the shape of the input, without bias
    torch::Tensor noise;  //!< N, its variance over that of the values
    //! N bool: there are values at all, and not only what is uniform, as under a wrong
    //! key and in far too much noise.
    torch::Tensor found;
};

/*! The mean of each value given what was received, for Gaussian values in Gaussian noise,
 *  modulo 1. The noise's strength comes from the values' own: the mean of cos(2 pi v) of
 *  a wrapped Gaussian of variance s is exp(-2 pi^2 s).
 *  \param received   N x count, float32 in [-1/2, 1/2]
 *  \param present    N x count, 0 for lost values, else 1
 *  \param alpha      what the values were multiplied by, N x count or 1; the result is
 *                    divided by it
 *  \param deviation  of the values before that */
UnwrappedValues unwrap(const torch::Tensor& received,
                       const torch::Tensor& present,
                       const torch::Tensor& alpha,
                       double deviation);

} // namespace djescc::medical
