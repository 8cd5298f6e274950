/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How an image's symbols are spread over its bursts. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace djescc {

//! Symbols of one of an image's bursts: the first ones have one more where it is uneven.
inline uint32_t symbols_of_burst(uint32_t image_symbols, uint32_t bursts, uint32_t burst)
{
    return image_symbols / bursts + (burst < image_symbols % bursts ? 1 : 0);
}

/*! Spreads an image's symbols over its bursts: of every run of as many symbols as there
 *  are bursts, each burst has one, chosen pseudorandomly. So a lost burst takes the same
 *  share of every part of the image. */
class symbol_interleaver
{
public:
    /*! \param image_symbols  at least \p bursts
     *  \param bursts  at least 1 */
    symbol_interleaver(uint32_t image_symbols, uint32_t bursts);

    uint32_t image_symbols() const { return static_cast<uint32_t>(d_indices.size()); }
    uint32_t bursts() const { return d_bursts; }

    //! Which of the image's symbols a burst carries, in its order.
    const uint32_t* indices(uint32_t burst) const;

private:
    size_t begin_of(uint32_t burst) const;

    uint32_t d_bursts;
    std::vector<uint32_t> d_indices; //!< burst after burst
};

} // namespace djescc
} // namespace gr
