/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Decoders of the first parts of a code, one for each number of them. */
#pragma once

#include "codec/adjscc_nets.h"
#include "codec/code_layers.h"
#include <djescc/net/role_net.h>
#include <vector>

namespace djescc {

//! The decoder of one prefix: that of codec `adjscc`.
class PrefixDecoderImpl : public torch::nn::Module
{
public:
    //! \param t  channels of the prefix
    PrefixDecoderImpl(const adjscc::NetSize& size, int64_t t) : d_layers(*this, size, t)
    {
    }

    //! DecoderLayers::initialize_as_transform().
    void initialize_as_transform(const adjscc::TransformCode& code,
                                 const std::vector<adjscc::TransformCode>& added = {})
    {
        d_layers.initialize_as_transform(code, added);
    }

    torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& snr_db)
    {
        return d_layers(features, snr_db);
    }

private:
    adjscc::DecoderLayers d_layers;
};
TORCH_MODULE(PrefixDecoder);

/*! What a receiver of several parts holds: `decoder1`, `decoder2` and so on. What decodes
 *  an image is as many of its parts as there are symbols. */
class PrefixesDecoder : public SymbolDecoder
{
public:
    PrefixesDecoder(const adjscc::NetSize& size, const CodeLayers& layers);

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override;

protected:
    std::vector<PrefixDecoder>& decoders() { return d_decoders; }

private:
    torch::Tensor decoded(const torch::Tensor& symbols,
                          int64_t layers,
                          const ImageShape& shape,
                          const torch::Tensor& snr_db);

    CodeLayers d_layers;
    std::vector<PrefixDecoder> d_decoders;
};

} // namespace djescc
