/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Decodes each image of a batch from as many parts as came of it.

#include "codec/prefix_decoder.h"

#include <string>

namespace djescc {

PrefixesDecoder::PrefixesDecoder(const adjscc::NetSize& size, const CodeLayers& layers)
    : d_layers(layers)
{
    for (int64_t layer = 1; layer <= layers.count(); ++layer)
        d_decoders.push_back(
            register_module("decoder" + std::to_string(layer),
                            PrefixDecoder(size, layers.channels_to(layer))));
}

DecodedImages PrefixesDecoder::forward(const SymbolBatch& symbols,
                                       const ImageShape& shape,
                                       const Conditions& conditions)
{
    const auto& values = symbols.values;
    if (!symbols.counts.defined())
        return decoded(
            values, d_layers.layers_in(values.size(1), shape), shape, conditions.snr_db);
    // Of some images more layers have come than of others.
    const auto counts = symbols.counts.to(torch::kCPU);
    std::vector<torch::Tensor> images(static_cast<std::size_t>(counts.size(0)));
    for (const int64_t count : d_layers.symbol_counts(shape)) {
        const auto rows = (counts == count).nonzero().view(-1);
        if (rows.size(0) == 0)
            continue;
        const auto chosen = rows.to(values.device());
        const auto own = decoded(values.index_select(0, chosen).slice(1, 0, count),
                                 d_layers.layers_in(count, shape),
                                 shape,
                                 conditions.snr_db.defined()
                                     ? conditions.snr_db.index_select(0, chosen)
                                     : conditions.snr_db);
        for (int64_t i = 0; i < rows.size(0); ++i)
            images[static_cast<std::size_t>(rows[i].item<int64_t>())] = own[i];
    }
    for (std::size_t i = 0; i < images.size(); ++i)
        if (!images[i].defined()) // says why
            d_layers.layers_in(counts[static_cast<int64_t>(i)].item<int64_t>(), shape);
    return torch::stack(images);
}

torch::Tensor PrefixesDecoder::decoded(const torch::Tensor& symbols,
                                       int64_t layers,
                                       const ImageShape& shape,
                                       const torch::Tensor& snr_db)
{
    return d_decoders[static_cast<std::size_t>(layers - 1)](
        d_layers.features_from_symbols(symbols, layers, shape), snr_db);
}

} // namespace djescc
