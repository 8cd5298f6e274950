/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The channel code of burst headers. */
#pragma once

#include "radio/burst/burst_header.h"
#include <cstddef>
#include <cstdint>
#include <gnuradio/fec/generic_decoder.h>
#include <gnuradio/fec/generic_encoder.h>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! The header's channel code: the convolutional code of constraint length 7 and rate 1/2
 *  (CCSDS 131.0-B, generators 171 and 133 octal; gr-fec), terminated, its bits permuted,
 *  repeated, scrambled, and sent two to a QPSK symbol. */
class header_code
{
public:
    //! How often every coded bit is sent at least.
    static constexpr size_t repetitions = 4;
    static constexpr size_t information_bits = 8 * burst_header::size;
    static constexpr size_t coded_bits = 2 * (information_bits + 6);

    //! QPSK symbols that hold every repetition.
    static constexpr size_t least_symbols() { return repetitions * coded_bits / 2; }

    //! \param symbols  QPSK symbols of a header, at least least_symbols()
    explicit header_code(size_t symbols);

    //! \param symbols  gets the QPSK symbols, of power 1
    void encode(const burst_header::bytes& bytes, gr_complex* symbols);

    /*! \param symbols  received ones as sufficient statistics: conj(channel) times the
     *                  received value over the noise's power
     *  \return the most likely bytes */
    burst_header::bytes decode(const gr_complex* symbols);

private:
    const size_t d_symbols;
    std::vector<uint32_t> d_source; //!< coded bit that each sent bit repeats
    std::vector<uint8_t> d_scramble;
    gr::fec::generic_encoder::sptr d_encoder;
    gr::fec::generic_decoder::sptr d_decoder;
    std::vector<uint8_t> d_bits, d_coded;
    std::vector<float> d_soft;
};

} // namespace djescc
} // namespace gr
