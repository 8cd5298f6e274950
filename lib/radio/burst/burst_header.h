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
#include <djescc/image/frame_facts.h>
#include <optional>
#include <vector>

namespace gr {
namespace djescc {

/*! The header of a burst (docs/burst-format.md, versions 1 and 2).
 *
 *  Version 1 is a block of fixed length. Version 2 is a block of the same length, which
 *  an extension with the image's side bytes may follow; it is sent only where version 1
 *  cannot say what there is to say. */
struct burst_header {
    static constexpr size_t size = 58;
    //! Bytes of the block that the authentication tag covers: all before it.
    static constexpr size_t tagged_size = 46;
    //! Bytes of an extension beside the side bytes: a CRC.
    static constexpr size_t extension_overhead = 4;
    static constexpr size_t max_extension_size =
        static_cast<size_t>(::djescc::max_side_bytes) + extension_overhead;
    //! Counters of version 2 are below.
    static constexpr uint64_t counter_bound = uint64_t(1) << 56;
    using bytes = std::array<uint8_t, size>;

    /*! Of the image. What travels: the id's low 32 bits, shape, plain, model (none is
     *  sent as zeros, and zeros are read as none), part, parts, and the side bytes where
     *  `extended`. Shapes are at most 255 x 65535 x 65535. */
    ::djescc::FrameFacts facts;
    bool authenticated = false; //!< `tag` is one of a key's
    bool enciphered = false;    //!< the image's symbols are hidden under a key
    bool spread = false;        //!< they went through spread() (symbol_transforms.h)
    bool extended = false;      //!< this burst carries the side bytes
    uint8_t side_size = 0;      //!< the image's side bytes, in this burst or another
    uint16_t session = 0;       //!< of the transmitter's run
    uint32_t image_symbols = 0; //!< of all the image's bursts
    uint16_t burst = 0;         //!< 0 to bursts - 1
    uint16_t bursts = 0;
    uint16_t symbols = 0;    //!< in this burst
    int16_t power_scale = 0; //!< by which the symbols were divided, in 1/256 dB
    uint64_t counter = 0;    //!< of this burst under its key, otherwise 0
    header_guard::tag_bytes tag{};

    //! 2 where there are side bytes or several parts, else 1.
    int version() const;

    //! The block's bytes in order of transmission, CRC included.
    bytes pack() const;

    /*! The header of a block; its side bytes are yet to come. Nothing where the CRC is
     *  wrong, the version another one, or the numbers contradict one another: part >=
     *  parts, symbols or bursts that do not go together, a version 2 that says nothing
     *  which version 1 could not. */
    static std::optional<burst_header> unpack(const bytes& packed);

    //! Bytes of the extension behind the block, 0 without one.
    size_t extension_size() const
    {
        return extended ? side_size + extension_overhead : 0;
    }

    //! The extension: side bytes and CRC; empty without one.
    std::vector<uint8_t> pack_extension() const;

    /*! Take the side bytes of an extension.
     *  \return false, and no side bytes, where there are not extension_size() of them or
     *          the CRC is wrong */
    bool unpack_extension(const std::vector<uint8_t>& packed);

    //! What the tag covers: the block up to the tag, and the side bytes where `extended`.
    std::vector<uint8_t> tagged_bytes() const;

    //! The counter of the image's first burst.
    uint64_t image_counter() const { return counter - burst; }
};

} // namespace djescc
} // namespace gr
