/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/net/role_net.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace djescc {

/*! Plug point: images to complex symbols and back (joint source-channel coding).
 *
 *  A codec is made from the "codec" object of a model's manifest. A new codec is one
 *  header, one source file and one line in lib/core/codec/registry.cc.
 */
class Codec
{
public:
    virtual ~Codec() = default;

    //! The complete configuration, "type" and every architecture parameter included.
    virtual nlohmann::json config() const = 0;

    //! Heights and widths of images must be multiples of this many pixels.
    virtual int64_t multiple() const = 0;

    //! Channels of the images that the nets take (3 for RGB).
    virtual int64_t channels() const { return 3; }

    //! k, the number of complex symbols for an image of shape \p shape.
    virtual int64_t symbol_count(const ImageShape& shape) const = 0;

    //! The formula of symbol_count in words of H and W, for the manifest.
    virtual std::string symbol_formula() const = 0;

    //! The papers' R = k / n for sizes that need no padding.
    virtual double bandwidth_ratio() const = 0;

    virtual std::shared_ptr<SymbolEncoder> make_encoder() const = 0;
    virtual std::shared_ptr<SymbolDecoder> make_decoder() const = 0;

    /*! Make a codec from its configuration.
     *  \throws ConfigError as Cipher::create. */
    static std::unique_ptr<Codec> create(const nlohmann::json& config);

    //! The registered types, sorted.
    static std::vector<std::string> types();
};

} // namespace djescc
