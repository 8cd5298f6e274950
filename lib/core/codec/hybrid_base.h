/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The digital base of codec `hybrid`: pictures, what of them goes over the link, and
 *  back. */
#pragma once

#include "codec/picture_link.h"
#include <cstdint>
#include <djescc/image/image_shape.h>
#include <djescc/keys/picture_keys.h>
#include <memory>
#include <optional>
#include <string>
#include <torch/types.h>
#include <vector>

namespace djescc {

//! Bases of N pictures as both ends have them.
struct HybridBases {
    torch::Tensor images;  //!< N x 3 x H x W float32 on the CPU; grey where none fits
    torch::Tensor quality; //!< N float32, of the coder; 0 for grey
};

/*! Codes bases, and brings them over the channel.
 *
 *  The link carries a byte that says whether the rest is sealed; two bytes, the energy of
 *  what the base lacks (ResidualPlan); and the coder's bytes, none where the picture did
 *  not fit. With picture keys PictureSeal seals all but the first byte.
 *
 *  With PictureLinkSettings::key_interval above 1 bases may be predicted from the one
 *  before: those of one batch, and of one batch after another, are of one clip.
 *
 *  Not thread safe. */
class HybridBase
{
public:
    explicit HybridBase(const PictureLinkSettings& settings);

    /*! How many symbols the base takes; both ends find the same. Where its share is too
     *  small for a picture it holds the energy alone, for which up to half of all symbols
     *  are taken; else there is none.
     *  \param all     the picture's symbols
     *  \param wanted  the base's share of them */
    int64_t symbols_for(int64_t all, int64_t wanted) const;
    //! Whether so many symbols have room for a seal.
    bool seals(int64_t symbols) const;

    //! Whether a base may depend on those before.
    bool remembers() const { return d_coder->remembers(); }
    //! The next base follows none.
    void begin_clip() { d_coder->begin_clip(); }

    //! Bases, and what is to be sent of them.
    struct Coded {
        HybridBases bases;
        std::vector<std::string> bytes;
    };
    /*! \param images   N x 3 x H x W float32 in [0, 1]
     *  \param symbols  for the base of each, of symbols_for(); 0: all are grey
     *  \param sealed   leave room for a seal
     *  \param a_clip   false: each picture by itself, whatever the settings */
    Coded
    encode(const torch::Tensor& images, int64_t symbols, bool sealed, bool a_clip = true);

    /*! N x \p symbols complex64 on the CPU.
     *  \param energy_steps  of ResidualPlan::encode()
     *  \param keys          null: in the clear */
    torch::Tensor symbols(const Coded& coded,
                          const std::vector<int>& energy_steps,
                          int64_t symbols,
                          const PictureKeys* keys) const;

    //! What arrived.
    struct Received {
        HybridBases bases;
        std::vector<int> energy_steps;
        std::vector<PictureSeal::Run> runs; //!< where they are sealed
        torch::Tensor outage;               //!< N bool: nothing arrived
    };
    /*! \param values       N x symbols complex64, as received; of none, bases are grey
     *  \param reliability  N x symbols float32
     *  \param noise        N0 of each picture's symbols
     *  \param shape        of the images
     *  \param keys         null: a sealed base is an outage; else one in the clear is */
    Received receive(const torch::Tensor& values,
                     const torch::Tensor& reliability,
                     const std::vector<float>& noise,
                     const ImageShape& shape,
                     const PictureKeys* keys);

private:
    std::size_t capacity(int64_t symbols) const;
    bool unpack(const std::string& payload,
                const ImageShape& shape,
                std::size_t row,
                const PictureKeys* keys,
                Received& received);

    std::unique_ptr<PictureCoder> d_coder;
    BitLink d_link;
};

} // namespace djescc
