/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `arjscc`: its encoder, with the policy in it, and its decoder.
#pragma once

#include "codec/arjscc_layers.h"
#include <cmath>
#include <djescc/codec/codec.h>
#include <memory>

namespace djescc::arjscc {

//! What the policy's choice is drawn with in training.
struct Exploration {
    double first_temperature, last_temperature;
    double random; //!< part of the pictures whose number of groups is drawn evenly

    //! Falls exponentially over the run.
    double temperature(double progress) const
    {
        return first_temperature *
               std::pow(last_temperature / first_temperature, progress);
    }
};

/*! Shapes and layers are those that the codec documents. \p start is null, or the linear
 *  code that the net starts with. */
std::shared_ptr<SymbolEncoder> make_encoder(int64_t width,
                                            const Groups& groups,
                                            const Exploration& exploration,
                                            const LinearCode* start);

std::shared_ptr<SymbolDecoder>
make_decoder(int64_t width, const Groups& groups, const LinearCode* start);

} // namespace djescc::arjscc
