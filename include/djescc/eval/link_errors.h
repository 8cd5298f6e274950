/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Simulated error rates of the channel codes of codecs `separate` and `hybrid`. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <string>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! Which code and modulation, and how much of it.
struct LinkErrorSettings {
    std::string modulation = "qpsk"; //!< a codec's "modulation"
    std::string code_rate = "1/2";   //!< a codec's "code_rate"
    int code_length = 1944;          //!< bits of a codeword: 648, 1296 or 1944
    int codewords = 1000;            //!< at each SNR, 1 at least
    int most_iterations = 50;        //!< of the decoder
    uint64_t seed = 1;               //!< of messages and noise
};

//! What was counted at one SNR.
struct LinkErrors {
    double snr_db = 0;           //!< Es/N0 in dB
    double bit_snr_db = 0;       //!< Eb/N0 in dB, of a message's bit
    int codewords = 0;           //!< sent
    int wrong_codewords = 0;     //!< whose message came with an error
    double frame_error_rate = 0; //!< of codewords
    double bit_error_rate = 0;   //!< of message bits
    double mean_iterations = 0;  //!< of the decoder
};

//! The modulations and code rates that there are, the most robust first.
std::vector<std::string> link_modulations();
std::vector<std::string> link_code_rates();

/*! Es/N0 in dB below which no code of that rate comes through, whatever its length: where
 *  log2(1 + SNR) is the message bits of a symbol.
 *  \throws ConfigError as link_errors() */
double least_link_snr_db(const std::string& modulation, const std::string& code_rate);

/*! Sends random codewords through white Gaussian noise and counts errors. The result
 *  depends on its arguments alone.
 *  \param snr_db  Es/N0 in dB, finite
 *  \throws ConfigError for unknown names and values out of range, and where the library
 *          was built without digital codecs */
LinkErrors link_errors(const LinkErrorSettings& settings, double snr_db);

} // namespace djescc
