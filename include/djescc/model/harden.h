/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Makes a model whose mask is a secret rotation out of one whose mask is signs. */
#pragma once

#include <ATen/core/Generator.h>
#include <djescc/data/dataset.h>
#include <djescc/export.h>
#include <djescc/model/model.h>
#include <string>
#include <vector>

namespace DJESCC_EXPORT djescc {

struct HardenOptions {
    std::string name;       //!< of the new model; empty: the old one's and "-keyed"
    int64_t pictures = 256; //!< that the link is measured with, at most
    int64_t crop = 0;       //!< their side, a multiple of the model's; 0: whole pictures
    double snr_db = 10;     //!< Es/N0 of the measured link
};

//! What a latent is behind encoder, channel and decoder.
struct LatentLink {
    double deviation = 0; //!< of what the owner sends
    double gain = 0;      //!< of the part that arrives
    double noise = 0;     //!< standard deviation of the rest
    bool dead = false;    //!< carries nothing, and is not sent any more

    //! Power of signal over noise.
    double snr() const;
};

/*! Write a model of cipher `keyed-unet` with the weights of one of cipher `unet` with a
 *  mask. The link of each latent is measured, and the rotation set so that its noise is
 *  equal in all directions. Training goes on from there, or not: the loss is some tenths
 *  of a dB.
 *
 *  \param model        with all four roles
 *  \param destination  without a model.json so far
 *  \param secrets      the new model's key
 *  \return a row for each latent
 *  \throws ConfigError for another cipher, or pictures that do not fit; ModelError */
std::vector<LatentLink> harden_model(const Model& model,
                                     const std::string& destination,
                                     const Dataset& pictures,
                                     const HardenOptions& options,
                                     at::Generator secrets);

} // namespace djescc
