/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Encoder of the codec `hybrid`. */
#pragma once

#include "codec/hybrid_settings.h"
#include "codec/variance_net.h"
#include <djescc/codec/codec.h>
#include <djescc/net/clip_net.h>

namespace djescc {

/*! Images to a digital base and an analog refinement. */
class HybridEncoder : public SymbolEncoder, public ClipNet
{
public:
    explicit HybridEncoder(const HybridSettings& settings);

    const VarianceNet& variances() const { return d_variances; }

    /*! \param given  N x 3 x H x W; numbers outside [0, 1] are clipped, NaN counts as 0
     *  \throws ImageError for images larger than pictures that are coded; ConfigError for
     *          keys where no base has room for a seal */
    SymbolBatch forward(const torch::Tensor& given,
                        const Conditions& conditions) override;

    bool remembers() const override { return d_base.remembers(); }
    void begin_clip() override { d_base.begin_clip(); }

private:
    torch::Tensor predict(const torch::Tensor& base,
                          const torch::Tensor& quality,
                          const torch::Tensor& residual,
                          const Conditions& conditions,
                          Extras& extras);

    HybridSettings d_settings;
    HybridBase d_base;
    VarianceNet d_variances;
};

} // namespace djescc
