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
#include <functional>

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
    //! Where it sends in parts, the images are received once of every prefix of them;
    //! null: of all that was sent.
    const Codec* codec = nullptr;
    //! Of a codec with feedback: N values, Es/N0 in dB on the way back; undefined: it is
    //! noiseless.
    torch::Tensor feedback_snr_db{};
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

/*! A codec with feedback sends one part after the other, and behind each it hears what
 *  was received.
 *  \param encode  gives the next part's symbols, all of a row's own; takes what came back
 *                 of the parts before, undefined at first
 *  \param parts   to be sent
 *  \param snr_db, erased  as of through_channel()
 *  \param feedback_snr_db  N values, Es/N0 in dB on the way back; undefined: noiseless
 *  \param sent    gets what was sent, where it is wanted */
ReceivedSymbols
through_rounds(const std::function<torch::Tensor(const torch::Tensor&)>& encode,
               int64_t parts,
               const torch::Tensor& snr_db,
               const torch::Tensor& erased,
               const torch::Tensor& feedback_snr_db,
               const at::Generator& generator,
               torch::Tensor* sent = nullptr);

/*! What came of the first \p count symbols of every image, of a codec whose images all
 *  have the same number of them. */
ReceivedSymbols prefix_of(const ReceivedSymbols& received, int64_t count);

//! N images, or what there is of each, so many times one behind the other.
torch::Tensor repeated(const torch::Tensor& images, int64_t times);

/*! Images as a file of 8 bits a value would hold them; the gradient passes straight
 *  through. */
torch::Tensor rounded_to_8_bits(const torch::Tensor& images);

/*! The chain: encrypt, encode, AWGN, decode, decrypt.
 *
 *  Of a codec of P parts the images are encoded and sent once, and decoded and decrypted
 *  P times: of the first part, of the first two, and so on. All these stand one behind
 *  the other in the output, so that every term of a loss is its mean over the prefixes.
 *  \param plain    N x C x H x W, H and W multiples of what the nets need
 *  \param generator  for noise and erasures, on the images' device */
ChainOutput run_chain(const ModelNets& nets,
                      const torch::Tensor& plain,
                      const ChainConditions& conditions,
                      const at::Generator& generator);

} // namespace djescc
