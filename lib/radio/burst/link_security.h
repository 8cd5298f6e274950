/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a key does for a radio link: tags of headers, and a secret transform of
 *  symbols. */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>

namespace gr {
namespace djescc {

/*! Makes and checks the authentication tags of burst headers; the end that has a key
 *  gives one to its burst_builder or burst_demodulator.
 *
 *  The tag covers the header's bytes up to and without the tag, the counter among them,
 *  and its extension's side bytes (burst_header::tagged_bytes()).
 */
class header_guard
{
public:
    static constexpr size_t tag_size = 8;
    using tag_bytes = std::array<uint8_t, tag_size>;

    enum class verdict {
        accepted,
        forged,   //!< the tag is not this key's
        replayed, //!< authentic, and its counter was accepted before
        stale,    //!< authentic, and too old to know
    };

    virtual ~header_guard() = default;

    /*! \p count counters in a row that were never used under this key: one for each burst
     *  of an image or part, the first one for its symbols too.
     *  \return the first */
    virtual uint64_t take_counters(uint64_t count) = 0;

    virtual tag_bytes tag(uint64_t counter, const uint8_t* header, size_t size) = 0;

    //! Also enters an accepted counter into the window, so that it passes once.
    virtual verdict
    check(uint64_t counter, const uint8_t* header, size_t size, const tag_bytes& tag) = 0;
};

/*! A secret orthogonal transform of an image's symbols, another one for every counter.
 *  The counter is that of the image's first burst (header_guard::take_counters()). */
class symbol_cipher
{
public:
    virtual ~symbol_cipher() = default;

    //! In place, before interleaving.
    virtual void encipher(gr_complex* symbols, size_t count, uint64_t counter) = 0;

    //! In place, the inverse; missing symbols come as zeros.
    virtual void decipher(gr_complex* symbols, size_t count, uint64_t counter) = 0;
};

} // namespace djescc
} // namespace gr
