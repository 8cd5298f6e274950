/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The channel code of burst headers. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <gnuradio/fec/generic_decoder.h>
#include <gnuradio/fec/generic_encoder.h>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! The channel code of a header and of its extension: the convolutional code of
 *  constraint length 7 and rate 1/2 (CCSDS 131.0-B, generators 171 and 133 octal;
 *  gr-fec), terminated, its bits permuted, repeated, scrambled, and sent two to a QPSK
 *  symbol. */
class header_code
{
public:
    //! How often every coded bit is sent at least.
    static constexpr size_t repetitions = 4;

    static constexpr size_t coded_bits(size_t bytes)
    {
        constexpr size_t termination = 6;
        return 2 * (8 * bytes + termination);
    }

    //! QPSK symbols that hold every repetition.
    static constexpr size_t least_symbols(size_t bytes)
    {
        return repetitions * coded_bits(bytes) / 2;
    }

    /*! \param bytes  that are coded, at least 5
     *  \param symbols  QPSK symbols in which they are sent, at least least_symbols(bytes)
     *  \param seed  of the scrambling: one of format_seed */
    header_code(size_t bytes, size_t symbols, uint64_t seed);

    size_t bytes() const { return d_bytes; }
    size_t symbols() const { return d_symbols; }

    /*! \param bytes  bytes() of them
     *  \param symbols  gets symbols() QPSK symbols, of power 1 */
    void encode(const uint8_t* bytes, gr_complex* symbols);

    /*! \param symbols  received ones as sufficient statistics: conj(response) times the
     *                  received value over the noise's power
     *  \param bytes  gets the most likely ones */
    void decode(const gr_complex* symbols, uint8_t* bytes);

private:
    const size_t d_bytes, d_symbols;
    std::vector<uint32_t> d_source; //!< coded bit that each sent bit repeats
    std::vector<uint8_t> d_scramble;
    gr::fec::generic_encoder::sptr d_encoder;
    gr::fec::generic_decoder::sptr d_decoder;
    std::vector<uint8_t> d_bits, d_coded;
    std::vector<float> d_soft;
};

} // namespace djescc
} // namespace gr
