/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Simulated error rates of the LDPC codes over white noise. */
#pragma once

#include "digital/constellation.h"
#include "digital/ldpc_code.h"

#include <cstdint>
#include <vector>

namespace djescc {

//! What is simulated.
struct LinkCurveSettings {
    Modulation modulation = Modulation::bpsk;
    CodeRate rate = CodeRate::half;
    int code_length = LdpcCode::longest; //!< bits: 648, 1296 or 1944
    int codewords = 1000;                //!< at each SNR, 1 at least
    int most_iterations = 50;            //!< of the decoder
    uint64_t seed = 1;                   //!< of messages and noise
};

//! What was counted at one SNR.
struct LinkCurvePoint {
    double snr_db = 0;        //!< Es/N0 in dB
    int codewords = 0;        //!< sent
    int wrong_codewords = 0;  //!< whose message came with an error
    int64_t message_bits = 0; //!< sent
    int64_t wrong_bits = 0;   //!< of these
    int64_t iterations = 0;   //!< of the decoder

    double frame_error_rate() const;
    double bit_error_rate() const;
    double mean_iterations() const;
};

/*! Frame and bit error rates of random codewords in white Gaussian noise: one point for
 *  each SNR, in their order. A point depends on the settings and its own SNR alone.
 *  \param snrs_db  Es/N0 in dB: Eb/N0 and 10 log10(rate times bits per symbol)
 *  \throws std::invalid_argument where the code length or a count is out of its range or
 *          an SNR is not finite */
std::vector<LinkCurvePoint> link_curve(const LinkCurveSettings& settings,
                                       const std::vector<double>& snrs_db);

} // namespace djescc
