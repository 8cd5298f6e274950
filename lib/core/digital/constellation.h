/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  BPSK, QPSK, 16-QAM and 64-QAM: bits to symbols, symbols to log-likelihood ratios. */
#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

namespace djescc {

//! Constellations of unit average power, Gray coded.
enum class Modulation { bpsk, qpsk, qam16, qam64 };

//! All of them, the most robust first.
constexpr Modulation all_modulations[] = {
    Modulation::bpsk, Modulation::qpsk, Modulation::qam16, Modulation::qam64
};

//! "bpsk", "qpsk", "16-qam" or "64-qam".
std::string to_string(Modulation modulation);

/*! The modulation of that name.
 *  \throws std::invalid_argument for any other text than to_string() gives */
Modulation parse_modulation(const std::string& text);

//! 1, 2, 4 or 6.
int bits_per_symbol(Modulation modulation);

/*! Points of a constellation (IEEE 802.11-2012, clause 18.3.5.8). The first half of a
 *  symbol's bits chooses the real part, the second the imaginary part; BPSK has no
 *  imaginary part. Immutable, so threads may share one. */
class Constellation
{
public:
    explicit Constellation(Modulation modulation);

    //! Bits that one symbol carries.
    int bits_per_symbol() const { return d_bits; }

    /*! Symbols of bits.
     *  \param bits  each 0 or 1, a multiple of bits_per_symbol()
     *  \throws std::invalid_argument where their number is no such multiple */
    std::vector<std::complex<float>> modulate(const std::vector<uint8_t>& bits) const;

    /*! Log-likelihood ratios ln(P(bit = 0) / P(bit = 1)) of the bits of one symbol, in
     *  white Gaussian noise and exact to rounding.
     *  \param symbol       as received, where sent symbols have an average power of 1;
     *                      all ratios are 0 where one of its parts is not finite
     *  \param noise_power  N0, the mean of |noise|^2, linear; above 0
     *  \param reliability  the ratios are multiplied by it: 1, the symbol is as good as
     *                      the noise power says; 0, it is lost. Clamped to 0 to 1; NaN
     *                      counts as 0
     *  \param[out] llrs    bits_per_symbol() values */
    void demodulate(std::complex<float> symbol,
                    float noise_power,
                    float reliability,
                    float* llrs) const;

private:
    void demodulate_part(float value, float noise_power, float* llrs) const;

    int d_bits;
    int d_part_bits;             //!< bits of the real part
    std::vector<float> d_levels; //!< of a part, by its bits read as a number
};

} // namespace djescc
