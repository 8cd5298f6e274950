/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Decoder of the codec `hybrid`. */
#pragma once

#include "codec/hybrid_settings.h"
#include "codec/refining_net.h"
#include "codec/residual_code.h"
#include "codec/variance_net.h"
#include <djescc/codec/codec.h>
#include <djescc/net/clip_net.h>

namespace djescc {

//! Analog symbols of a batch as they are estimated from, with the noise in each real.
struct AnalogSymbols {
    torch::Tensor reals; //!< N x 2 M
    torch::Tensor noise; //!< N x 2 M, variances; infinite where a real is lost
};

/*! A digital base and an analog refinement to images. */
class HybridDecoder : public SymbolDecoder, public ClipNet
{
public:
    explicit HybridDecoder(const HybridSettings& settings);

    //! Hold the same net as the encoder, so that they stay alike in training.
    void share(const VarianceNet& variances);

    /*! Images whose base did not come through are grey, and outages.
     *  \param symbols     of HybridEncoder, as received; what no channel can have made
     *                     counts as lost
     *  \param conditions  with the SNR
     *  \throws ImageError, ConfigError as HybridEncoder::forward() */
    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override;

    bool remembers() const override { return d_base.remembers(); }
    void begin_clip() override { d_base.begin_clip(); }

private:
    ResidualPlan::Estimate refine(const torch::Tensor& base,
                                  const HybridBase::Received& received,
                                  const AnalogSymbols& analog);

    HybridSettings d_settings;
    HybridBase d_base;
    VarianceNet d_variances;
    RefiningNet d_refining;
};

} // namespace djescc
