/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The channels of a code of R = t / 96 that goes out in parts: which are of which part,
 *  and how they become symbols. */
#pragma once

#include <cstdint>
#include <djescc/files/config.h>
#include <djescc/image/image_shape.h>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Layers of a code: the first channels are the first layer, and so on. Every layer has
 *  an even number of channels, so that its symbols are its own, and power 1. */
class CodeLayers
{
public:
    /*! Reads "t", a list of each layer's channels.
     *  \param usual  its default
     *  \throws ConfigError for fewer than two layers, more than max_parts, odd numbers,
     *          or more than 1024 channels in all */
    CodeLayers(ConfigReader& reader, const std::vector<int64_t>& usual);

    //! Of each layer.
    const std::vector<int64_t>& channels() const { return d_channels; }
    int64_t count() const { return static_cast<int64_t>(d_channels.size()); }
    //! Of the first \p layers layers.
    int64_t channels_to(int64_t layers) const;

    //! Where each layer's symbols end, for images of shape \p shape.
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const;

    /*! How many whole layers \p symbols symbols are.
     *  \throws ConfigError where they are none */
    int64_t layers_in(int64_t symbols, const ImageShape& shape) const;

    /*! N x t x H/4 x W/4 of all layers to their symbols, one layer after the other. */
    torch::Tensor symbols_from_features(const torch::Tensor& features) const;

    /*! Back to the channels of the first \p layers layers.
     *  \param symbols  of these layers and, where there are, of others behind
     *  \param shape    of the image */
    torch::Tensor features_from_symbols(const torch::Tensor& symbols,
                                        int64_t layers,
                                        const ImageShape& shape) const;

private:
    std::vector<int64_t> d_channels;
};

} // namespace djescc
