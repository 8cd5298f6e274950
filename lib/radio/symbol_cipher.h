/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>

namespace gr {
namespace djescc {

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
