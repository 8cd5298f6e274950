/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Layers' channels to symbols and back, each layer by itself.

#include "codec/code_layers.h"

#include "codec/block_code.h"
#include <algorithm>
#include <djescc/error.h>
#include <djescc/image/frame_facts.h>
#include <numeric>
#include <string>

namespace djescc {

CodeLayers::CodeLayers(ConfigReader& reader, const std::vector<int64_t>& usual)
    : d_channels(usual)
{
    const auto json = reader.child("t");
    if (json.is_null())
        return;
    const auto error = [&] {
        return ConfigError(reader.where("t") + " is " + json.dump() +
                           ", but must be a list of each layer's channels: 2 to " +
                           std::to_string(max_parts) + " even numbers of at most " +
                           std::to_string(BlockCodec::most_channels) + " in all");
    };
    if (!json.is_array() || json.size() < 2 ||
        json.size() > static_cast<std::size_t>(max_parts))
        throw error();
    d_channels.clear();
    int64_t left = BlockCodec::most_channels;
    for (const auto& value : json) {
        const int64_t channels = value.is_number_integer() ? value.get<int64_t>() : 0;
        if (channels < 2 || channels % 2 != 0 || channels > left)
            throw error();
        left -= channels;
        d_channels.push_back(channels);
    }
}

int64_t CodeLayers::channels_to(int64_t layers) const
{
    return std::accumulate(d_channels.begin(), d_channels.begin() + layers, int64_t{ 0 });
}

std::vector<int64_t> CodeLayers::symbol_counts(const ImageShape& shape) const
{
    const int64_t places = (shape.height / BlockCodec::downsampling) *
                           (shape.width / BlockCodec::downsampling);
    std::vector<int64_t> counts;
    for (int64_t layer = 1; layer <= count(); ++layer)
        counts.push_back(channels_to(layer) / 2 * places);
    return counts;
}

int64_t CodeLayers::layers_in(int64_t symbols, const ImageShape& shape) const
{
    const auto counts = symbol_counts(shape);
    const auto found = std::find(counts.begin(), counts.end(), symbols);
    if (found == counts.end())
        throw ConfigError("no layer ends at symbol " + std::to_string(symbols) +
                          " of an image of " + std::to_string(shape.height) + " x " +
                          std::to_string(shape.width) + " pixels");
    return found - counts.begin() + 1;
}

torch::Tensor CodeLayers::symbols_from_features(const torch::Tensor& features) const
{
    std::vector<torch::Tensor> symbols;
    for (int64_t layer = 0; layer < count(); ++layer)
        symbols.push_back(djescc::symbols_from_features(
            features.slice(1, channels_to(layer), channels_to(layer + 1))));
    return torch::cat(symbols, 1);
}

torch::Tensor CodeLayers::features_from_symbols(const torch::Tensor& symbols,
                                                int64_t layers,
                                                const ImageShape& shape) const
{
    const auto ends = symbol_counts(shape);
    std::vector<torch::Tensor> features;
    int64_t begin = 0;
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(layers); ++layer) {
        features.push_back(djescc::features_from_symbols(
            symbols.slice(1, begin, ends[layer]), d_channels[layer], shape));
        begin = ends[layer];
    }
    return torch::cat(features, 1);
}

} // namespace djescc
