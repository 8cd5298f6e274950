/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a burst says about itself, and its bytes. */
#pragma once

#include "radio/burst/link_security.h"
#include <array>
#include <cstddef>
#include <cstdint>
#include <djescc/image/image_shape.h>
#include <optional>

namespace gr {
namespace djescc {

//! What a burst says about itself (docs/burst-format.md, version 1).
struct burst_header {
    static constexpr uint8_t version = 1;
    static constexpr size_t size = 58;
    //! Bytes that the authentication tag covers: all before it.
    static constexpr size_t tagged_size = 46;
    using bytes = std::array<uint8_t, size>;

    bool authenticated = false; //!< `tag` is one of a key's
    bool enciphered = false;    //!< the image's symbols are hidden under a key
    bool spread = false;        //!< they went through spread() (symbol_transforms.h)
    uint16_t session = 0;       //!< of the transmitter's run
    uint64_t fingerprint = 0;   //!< of the model, its first byte the most significant
    uint32_t image = 0;
    ::djescc::ImageShape shape{ 0, 0, 0 };       //!< of the image that was encoded
    std::optional<::djescc::ImageShape> plain{}; //!< before the encryption net padded it
    uint32_t image_symbols = 0;                  //!< of all the image's bursts
    uint16_t burst = 0;                          //!< 0 to bursts - 1
    uint16_t bursts = 0;
    uint16_t symbols = 0;    //!< in this burst
    int16_t power_scale = 0; //!< by which the symbols were divided, in 1/256 dB
    uint64_t counter = 0;    //!< of this burst under its key, otherwise 0
    header_guard::tag_bytes tag{};

    //! The bytes in order of transmission, CRC included.
    bytes pack() const;

    /*! Nothing where the CRC is wrong, the version another one, or the numbers contradict
     *  one another. */
    static std::optional<burst_header> unpack(const bytes& packed);

    //! The counter of the image's first burst.
    uint64_t image_counter() const { return counter - burst; }
};

} // namespace djescc
} // namespace gr
