/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The net that an attacker trains. */
#pragma once

#include <cstdint>
#include <djescc/codec/codec.h>
#include <djescc/export.h>
#include <memory>
#include <torch/nn/module.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! What InverseNet trains on top of its linear part.
class AttackerNet : public torch::nn::Module
{
public:
    /*! \param observed     N x C x H x W, see Observation
     *  \param from_linear  N x C x H x W, what the linear part makes of it
     *  \return plain images of that shape */
    virtual torch::Tensor forward(const torch::Tensor& observed,
                                  const torch::Tensor& from_linear) = 0;
};

//! A U-Net that adds to the linear part; at the start it adds nothing.
//! \param widths  filters of its levels
std::shared_ptr<AttackerNet> make_unet_attacker(int64_t channels,
                                                const std::vector<int64_t>& widths);

/*! A decoder of the codec's own kind with fresh weights, for symbols that were put in the
 *  place of an image by symbols_as_image(). It takes no heed of the linear part.
 *  \param snr_db  that the decoder is told
 *  \return null where the codec's decoder has nothing to train */
std::shared_ptr<AttackerNet> make_decoder_attacker(std::shared_ptr<const Codec> codec,
                                                   double snr_db);

/*! Symbols laid out as an image, so that InverseNet takes them: their real and imaginary
 *  parts in turn, row by row, and zeros behind them.
 *  \param symbols  N x k complex64
 *  \throws ConfigError where an image has no room for them: codes of R above 1/2 */
torch::Tensor symbols_as_image(const torch::Tensor& symbols, const ImageShape& shape);

} // namespace djescc
