/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a net gets and gives beside its tensor, as values: conditions in; lengths, side
 *  bytes and named extras out. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <djescc/keys/picture_keys.h>
#include <map>
#include <string>
#include <torch/types.h>
#include <utility>

namespace DJESCC_EXPORT djescc {

//! Where a training run is, for nets that draw something or change as it goes on.
struct TrainingMoment {
    int64_t step = 0;    //!< optimiser steps done
    double epoch = 0;    //!< times that the data set was seen
    double progress = 0; //!< part of the run that is done, 0 to 1
    //! Of this step; what a net draws from it is the same at both ends of the chain.
    uint64_t seed = 0;
    //! Every image of the batch under secrets of its own, where a cipher's nets can.
    bool own_secrets = false;
};

/*! What is known about a batch of N images when a net runs. Undefined and null: not
 *  known. A net takes what it can use and ignores the rest. */
struct Conditions {
    //! N float32, Es/N0 in dB: expected (encoder) or measured (decoder). Never undefined
    //! for a codec whose needs() name it.
    torch::Tensor snr_db{};
    //! N x k float32 in [0, 1], 0 for a symbol that is lost (decoder).
    torch::Tensor reliability{};
    //! N x k' complex64: what the channel made of the parts before this one (encoder).
    torch::Tensor feedback{};
    //! Picture keys, one for each image (encryptor and decryptor; encoder and decoder of
    //! a codec that takes them).
    const PictureKeys* keys = nullptr;
    //! Groups that every image is sent in (Codec::rate_groups()); 0: the encoder decides.
    int64_t rate_groups = 0;
    //! Null in use.
    const TrainingMoment* training = nullptr;
};

//! Named tensors for losses and reports; never sent.
using Extras = std::map<std::string, torch::Tensor>;

//! What an encryption net gives and a decryption net takes.
struct ProtectedImages {
    torch::Tensor images; //!< N x C x H x W float32 in [0, 1]
    //! N x Cipher::side_bytes() uint8, sent in the burst header; undefined for none.
    torch::Tensor side{};
    Extras extras{};
};

/*! What an encoder gives and a decoder takes. Rows may hold different numbers of symbols;
 *  what stands behind a row's own is zero and is not sent. */
struct SymbolBatch {
    torch::Tensor values; //!< N x k complex64, average power 1 over a row's own symbols
    //! N int64 on the CPU: each row's own symbols, at most k; undefined: k in every row.
    torch::Tensor counts{};
    Extras extras{};
};

//! What a decoder gives. A tensor alone will do: all came through.
struct DecodedImages {
    DecodedImages(torch::Tensor all) : images(std::move(all)) {}

    torch::Tensor images; //!< N x C x H x W float32 in [0, 1]
    //! N bool on the CPU, true where nothing could be decoded and the image is a mere
    //! stand-in; undefined: nowhere. For codes that either arrive or do not.
    torch::Tensor outage{};
};

} // namespace djescc
