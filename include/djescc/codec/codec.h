/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The plug point for codecs: images to complex symbols and back. */
#pragma once

#include <djescc/export.h>
#include <djescc/net/role_net.h>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! What a codec's nets must be told beside their tensor.
struct CodecNeeds {
    bool snr = false;      //!< Conditions::snr_db, at both ends
    bool feedback = false; //!< Conditions::feedback, at the encoder
    //! With snr: what the encoder sends does not depend on it, as where a decoder needs
    //! the SNR for soft bits.
    bool decoder_alone = false;
};

//! The numbers of groups that a codec of variable rate sends an image in.
struct RateGroups {
    int64_t least = 1, most = 1; //!< alike: the rate cannot be chosen
    bool can_be_chosen() const { return least < most; }
};

/*! Plug point: images to complex symbols and back (joint source-channel coding).
 *
 *  A codec is made from the "codec" object of a model's manifest. A new one is a source
 *  file that registers its type; docs/adding-a-codec.md shows it, for this library and
 *  for a plug-in outside its tree. Objects are immutable and may be shared between
 *  threads.
 */
class Codec
{
public:
    using Factory = std::function<std::unique_ptr<Codec>(const nlohmann::json&)>;

    virtual ~Codec() = default;

    //! The complete configuration, "type" and every architecture parameter included.
    virtual nlohmann::json config() const = 0;

    //! Heights and widths of images must be multiples of this many pixels.
    virtual int64_t multiple() const = 0;

    //! Channels of the images that the nets take (3 for RGB).
    virtual int64_t channels() const { return 3; }

    /*! The numbers of complex symbols that an image of shape \p shape may be sent in,
     *  rising; the symbols of each are a prefix of those of the next. One number for a
     *  codec of fixed rate. A codec that sends in parts has one for each part: part p is
     *  what stands between number p - 1 and number p. */
    virtual std::vector<int64_t> symbol_counts(const ImageShape& shape) const = 0;

    //! k, the most symbols of an image.
    int64_t symbol_count(const ImageShape& shape) const
    {
        return symbol_counts(shape).back();
    }

    //! The formula of symbol_count in words of H and W, for the manifest.
    virtual std::string symbol_formula() const = 0;

    //! The papers' R = k / n for sizes that need no padding, at the most symbols.
    virtual double bandwidth_ratio() const = 0;

    //! Frames that an image goes out in, 1 to max_parts: layers or rounds.
    virtual int64_t parts() const { return 1; }

    /*! For a codec of variable rate whose symbols come in groups: symbol_counts() has a
     *  number for each of these. Its encoder obeys Conditions::rate_groups. */
    virtual RateGroups rate_groups() const { return {}; }

    virtual CodecNeeds needs() const { return {}; }

    //! Whether its nets seal what they send, where there are Conditions::keys.
    virtual bool takes_picture_keys() const { return false; }

    virtual std::shared_ptr<SymbolEncoder> make_encoder() const = 0;
    virtual std::shared_ptr<SymbolDecoder> make_decoder() const = 0;

    /*! Let the nets of a training run hold one copy of what both ends must agree on to
     *  the last bit; called once for two fresh nets. Codecs without such parts do
     *  nothing.
     *  \param encoder, decoder  of make_encoder() and make_decoder() */
    virtual void share(SymbolEncoder& encoder, SymbolDecoder& decoder) const
    {
        (void)encoder;
        (void)decoder;
    }

    //! The name under which it is registered; empty for one that create() did not make.
    const std::string& type() const { return d_type; }

    /*! Make a codec from its configuration.
     *  \throws ConfigError for an unknown "type" (the message lists the known ones), an
     *          unknown key or a value out of range */
    static std::unique_ptr<Codec> create(const nlohmann::json& config);

    /*! Register a type, from a static object of a library or at any time.
     *  \return true, so that it can initialise a constant
     *  \throws ConfigError where another one has that name */
    static bool add(const std::string& type, Factory factory);

    //! The registered types, sorted.
    static std::vector<std::string> types();

private:
    std::string d_type;
};

} // namespace djescc
