/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sends random codewords through white noise and counts.

#include "digital/link_curve.h"

#include <cmath>
#include <random>
#include <stdexcept>
#include <string>

namespace djescc {
namespace {

LinkCurvePoint
simulate_point(const LinkCurveSettings& settings, const LdpcCode& code, double snr_db)
{
    const Constellation constellation(settings.modulation);
    const double noise_power = std::pow(10.0, -snr_db / 10);
    std::mt19937_64 random(settings.seed);
    std::normal_distribution<float> noise(0,
                                          static_cast<float>(std::sqrt(noise_power / 2)));
    const int bits = constellation.bits_per_symbol();

    LinkCurvePoint point;
    point.snr_db = snr_db;
    point.codewords = settings.codewords;
    point.message_bits = int64_t{ settings.codewords } * code.message_length();
    std::vector<uint8_t> message(code.message_length());
    std::vector<float> llrs(code.length());
    for (int i = 0; i < settings.codewords; ++i) {
        for (auto& bit : message)
            bit = random() >> 63;
        // all block lengths are multiples of the bits of a symbol
        const auto symbols = constellation.modulate(code.encode(message));
        for (size_t k = 0; k < symbols.size(); ++k) {
            const float real = noise(random), imaginary = noise(random);
            constellation.demodulate(symbols[k] + std::complex<float>(real, imaginary),
                                     static_cast<float>(noise_power),
                                     1,
                                     &llrs[k * bits]);
        }
        const auto decoded = code.decode(llrs, settings.most_iterations);
        int wrong = 0;
        for (int k = 0; k < code.message_length(); ++k)
            wrong += decoded.bits[k] != message[k];
        point.wrong_bits += wrong;
        point.wrong_codewords += wrong != 0;
        point.iterations += decoded.iterations;
    }
    return point;
}

} // namespace

double LinkCurvePoint::frame_error_rate() const
{
    return static_cast<double>(wrong_codewords) / codewords;
}

double LinkCurvePoint::bit_error_rate() const
{
    return static_cast<double>(wrong_bits) / static_cast<double>(message_bits);
}

double LinkCurvePoint::mean_iterations() const
{
    return static_cast<double>(iterations) / codewords;
}

std::vector<LinkCurvePoint> link_curve(const LinkCurveSettings& settings,
                                       const std::vector<double>& snrs_db)
{
    if (settings.codewords < 1)
        throw std::invalid_argument("a simulation of " +
                                    std::to_string(settings.codewords) + " codewords");
    for (const double snr_db : snrs_db)
        if (!std::isfinite(snr_db))
            throw std::invalid_argument("a simulation at an SNR of " +
                                        std::to_string(snr_db) + " dB");
    const auto code = LdpcCode::get(settings.code_length, settings.rate);
    std::vector<LinkCurvePoint> points;
    for (const double snr_db : snrs_db)
        points.push_back(simulate_point(settings, *code, snr_db));
    return points;
}

} // namespace djescc
