/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The attack without key and pairs: what somebody learns who has the public model and
 *  sees protected pictures. */
#pragma once

#include <ATen/core/Generator.h>
#include <cstdint>
#include <djescc/cipher/cipher.h>
#include <djescc/codec/codec.h>
#include <djescc/data/dataset.h>
#include <djescc/export.h>
#include <djescc/keys/picture_keys.h>
#include <djescc/model/model_nets.h>
#include <functional>
#include <memory>
#include <string>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! What the attacker makes of what he reads in a protected picture (ReadableDecryptor).
enum class ReadingInput {
    magnitudes, //!< |u| in their places
    sorted,     //!< |u| of the whole picture, the largest first
    values      //!< u as they are
};

//! \throws ConfigError for another name
ReadingInput reading_input(const std::string& name);
std::string to_string(ReadingInput input);

//! Whose pictures are attacked: a model that everybody has. All nets on one device.
struct KeylessVictim {
    std::shared_ptr<const Cipher> cipher;
    std::shared_ptr<const Codec> codec;
    ModelNets nets;
    bool decoded = false; //!< whether the attacker looks behind the provider's decoder
    double snr_db = 10;   //!< Es/N0 of the provider's channel
    torch::Device device{ torch::kCPU };

    //! Protected pictures, as the provider is given them or as he decodes them.
    struct View {
        ProtectedImages sent;
        torch::Tensor seen; //!< N x C x H x W
    };
    /*! \param plain       N x C x H x W in [0, 1]
     *  \param conditions  picture keys, or a training step's draws
     *  \throws ConfigError for a cipher that takes no picture keys */
    View look(const torch::Tensor& plain,
              const Conditions& conditions,
              const at::Generator& generator) const;
    //! The same images behind the channel, whatever the attacker sees.
    torch::Tensor behind_channel(const torch::Tensor& images,
                                 const at::Generator& generator) const;
    /*! What the attacker can read in what he sees: ReadableDecryptor::read(). Protected
     *  pictures go through the public codec first, without noise. */
    torch::Tensor read(const torch::Tensor& seen) const;

private:
    //! \param generator  of the channel's noise; null: there is none
    torch::Tensor through_codec(const torch::Tensor& images,
                                const at::Generator* generator) const;
};

struct KeylessOptions {
    ReadingInput input = ReadingInput::magnitudes;
    int64_t crop = 0;                       //!< side of random crops; 0: whole images
    std::vector<int64_t> widths{ 96, 192 }; //!< filters of the U-Net's levels
    int64_t steps = 3200;
    int64_t batch = 64;
    double learning_rate = 1e-3; //!< Adam; falls to zero along a cosine
    double class_weight = 0.02;  //!< of the cross-entropy beside the mean squared error
    uint64_t seed = 1;
    int threads = 1;    //!< CPU threads
    std::string output; //!< run directory, as InverseNetOptions::output
    bool resume = false;
    std::function<bool()> stop_requested; //!< asked after every batch
    //! After every batch: steps done, and the loss.
    std::function<void(int64_t, double)> progress;
};

/*! A net that is trained to see the plain picture in what a protected one shows to
 *  everybody. It needs no pair and no key of the victim: the attacker protects pictures
 *  of his own with the public model, under secrets drawn anew at every step, reads them
 *  with the public decryption net, and trains a U-Net from the reading to the picture,
 *  with a head for its class where the pictures have classes. */
class KeylessAttack
{
public:
    /*! \throws ConfigError for options out of range, pictures that are no multiple of
     *  what the nets need; DeviceError; ImageError */
    KeylessAttack(const KeylessVictim& victim,
                  const Dataset& known,
                  const KeylessOptions& options);
    ~KeylessAttack();

    struct Guess {
        torch::Tensor images;  //!< N x C x H x W in [0, 1]
        torch::Tensor classes; //!< N int64; undefined without classes
    };
    //! \param seen  N x C x H x W, of the size that was trained on
    Guess guess(const torch::Tensor& seen) const;
    /*! Pictures by the public decryption net from the magnitudes that are seen, each with
     *  the sign that it has in a guessed picture. Sharper, with false colours.
     *  \param guessed  what guess() gave
     *  \return undefined where the cipher's nets show no such values */
    torch::Tensor guess_signs(const torch::Tensor& seen,
                              const torch::Tensor& guessed) const;
    //! What the net is given of them: N x C' x H' x W'.
    torch::Tensor features(const torch::Tensor& seen) const;

    //! Mean of the known pictures, 1 x C x H x W: what there is to say without looking.
    const torch::Tensor& mean_image() const;
    int64_t steps() const; //!< done
    int64_t parameters() const;

private:
    struct Parts;
    class Training;
    std::unique_ptr<Parts> d_parts;
};

} // namespace djescc
