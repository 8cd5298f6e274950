/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The chain from plain to decrypted images as one differentiable computation, for
 *  training, and the simulated channel that programs and training share. */
#pragma once

#include <djescc/model/model_nets.h>
#include <djescc/runtime/chain_output.h>

namespace djescc {

//! What images and symbols meet on their way.
struct ChainConditions {
    torch::Tensor snr_db; //!< N values, Es/N0 in dB
    //! What the nets are told instead; undefined: snr_db.
    torch::Tensor told_snr_db{};
    //! Protected and decoded images are rounded to 8 bits; the gradient passes straight
    //! through.
    bool round_to_8_bits = false;
    //! N values, the part of the symbols that is lost; undefined: none.
    torch::Tensor erased{};
    //! Handed on to the nets; null in use.
    const TrainingMoment* training = nullptr;
};

//! Symbols behind a channel.
struct ReceivedSymbols {
    SymbolBatch symbols;
    //! N x k, 1 or 0 where a symbol is lost; undefined where none can be.
    torch::Tensor reliability{};
};

/*! White Gaussian noise, and zeros in place of lost symbols wherever they fall.
 *  \param sent     what stands behind a row's own symbols stays zero
 *  \param snr_db   N values, Es/N0 in dB
 *  \param erased   N values, the part of each image's symbols that is lost; undefined:
 *                  none
 *  \param generator  for noise and erasures */
ReceivedSymbols through_channel(const SymbolBatch& sent,
                                const torch::Tensor& snr_db,
                                const torch::Tensor& erased,
                                const at::Generator& generator);

/*! Images as a file of 8 bits a value would hold them; the gradient passes straight
 *  through. */
torch::Tensor rounded_to_8_bits(const torch::Tensor& images);

/*! The chain: encrypt, encode, AWGN, decode, decrypt.
 *  \param plain    N x C x H x W, H and W multiples of what the nets need
 *  \param generator  for noise and erasures, on the images' device */
ChainOutput run_chain(const ModelNets& nets,
                      const torch::Tensor& plain,
                      const ChainConditions& conditions,
                      const at::Generator& generator);

} // namespace djescc
