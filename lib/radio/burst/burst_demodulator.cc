/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Everything about a burst, estimated from known symbols. */

#include "radio/burst/burst_demodulator.h"

#include "radio/burst/phase_model.h"
#include "radio/burst/split_mix.h"
#include "radio/dsp/complex_product.h"
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

namespace gr {
namespace djescc {

namespace {

/*! What is left of the carrier offset behind the preamble, at most, in radians an OFDM
 *  symbol: five standard deviations at 0 dB. */
constexpr double largest_rest = 0.3;

constexpr int fit_rounds = 2;

//! Payload symbols in a row by whose pilots a burst is seen to go on.
constexpr size_t lock_symbols = 8;

/*! Gain that their pilots have in common, relative to that of the symbols before them,
 *  below which it does not: 1 in a burst, give or take 0.13 at 0 dB; about 0.18 in size
 *  where other samples stand in its place. */
constexpr double least_coherence = 0.4;

/*! The same for each pilot, which tells a gap that is shorter than the prefix; lowered to
 *  so many standard deviations where noise demands it. */
constexpr double least_pilot = 0.7;
constexpr double pilot_deviations = 5.0;

constexpr size_t long_rows = burst_cells::long_rows;

} // namespace

burst_demodulator::burst_demodulator(const burst_layout& layout)
    : d_layout(layout)
    , d_synchronizer(layout)
    , d_estimator(layout)
    , d_code(burst_header::size,
             layout.header_symbols() * layout.data().size(),
             format_seed::header)
    , d_cells(layout)
    , d_equalizer(layout)
    , d_response(layout.occupied())
    , d_least_squares(layout.occupied())
{
}

size_t burst_demodulator::samples_before() const
{
    return d_synchronizer.samples_before() + d_layout.carriers();
}

size_t burst_demodulator::header_samples(size_t extension_bytes) const
{
    return d_synchronizer.samples_after() +
           (d_layout.header_symbols() + d_layout.extension_symbols(extension_bytes)) *
               d_layout.symbol_samples();
}

size_t burst_demodulator::burst_samples(size_t symbols, size_t extension_bytes) const
{
    return header_samples(extension_bytes) +
           d_layout.payload_symbols(symbols) * d_layout.symbol_samples();
}

std::optional<burst_header> burst_demodulator::read_header(const gr_complex* long_start,
                                                           double offset)
{
    const auto timing = d_synchronizer.find(long_start, offset);
    d_shift = timing.shift;
    d_estimator.reset();
    d_cells.begin(timing.offset);
    const size_t rows = d_cells.known_rows();
    d_cells.read(long_start + d_shift, 0, rows);
    estimate_response(long_rows);
    follow_header_pilots();
    estimate_response(long_rows);

    std::vector<gr_complex> statistics;
    statistics.reserve(d_layout.header_symbols() * d_layout.data().size());
    for (size_t symbol = long_rows; symbol < rows; symbol++) {
        for (const size_t carrier : d_layout.data()) {
            statistics.push_back(
                conjugate_product(d_response[carrier], d_cells.row(symbol)[carrier]));
        }
    }
    burst_header::bytes bytes{};
    d_code.decode(statistics.data(), bytes.data());
    const auto header = burst_header::unpack(bytes);
    if (header) {
        d_header = *header;
        std::vector<gr_complex> values(d_code.symbols());
        d_code.encode(bytes.data(), values.data());
        d_cells.set_header(values);
    }
    return header;
}

std::optional<burst_header>
burst_demodulator::read_extension(const gr_complex* long_start)
{
    const size_t symbols = extension_symbols();
    fit_known_symbols();
    d_cells.read(long_start + d_shift, d_cells.known_rows(), symbols);
    fit_phase(symbols);
    d_equalizer.estimate_noise(d_cells, d_response, d_estimator.taps());
    std::vector<uint8_t> packed(d_header.extension_size());
    if (!d_extension_code || d_extension_code->bytes() != packed.size()) {
        d_extension_code.emplace(
            packed.size(), symbols * d_layout.data().size(), format_seed::extension);
    }
    d_extension_code->decode(d_equalizer.statistics(d_cells, d_response, symbols).data(),
                             packed.data());
    if (!d_header.unpack_extension(packed)) {
        return std::nullopt;
    }
    return d_header;
}

//! OFDM symbols between header and payload.
size_t burst_demodulator::extension_symbols() const
{
    return d_layout.extension_symbols(d_header.extension_size());
}

//! Response and phases from trainings and header.
void burst_demodulator::fit_known_symbols()
{
    for (int i = 0; i < fit_rounds; i++) {
        estimate_response(d_cells.known_rows());
        fit_phase(0);
    }
}

void burst_demodulator::estimate_response(size_t rows)
{
    const size_t occupied = d_layout.occupied();
    double rest = 0.0;
    for (size_t carrier = 0; carrier < occupied; carrier++) {
        std::complex<double> sum = 0.0;
        double received = 0.0;
        double sent = 0.0;
        for (size_t symbol = 0; symbol < rows; symbol++) {
            const gr_complex value = d_cells.row(symbol)[carrier];
            const gr_complex should_be = d_cells.known(symbol)[carrier];
            sum += std::complex<double>(conjugate_product(should_be, value));
            received += static_cast<double>(std::norm(value));
            sent += static_cast<double>(std::norm(should_be));
        }
        d_least_squares[carrier] = gr_complex(sum / sent);
        // What is left when the estimate is taken out has one degree of freedom less.
        rest += std::max(0.0, received - std::norm(sum) / sent);
    }
    const auto freedom = static_cast<double>((rows - 1) * occupied);
    constexpr double least_noise = std::numeric_limits<float>::min();
    d_mean_noise = std::max(rest / freedom, least_noise);
    d_estimator.estimate(d_least_squares.data(),
                         d_mean_noise / static_cast<double>(rows),
                         d_response.data());
}

void burst_demodulator::follow_header_pilots()
{
    std::vector<gr_complex> values;
    std::vector<double> times;
    const auto& pilots = d_layout.pilots();
    const size_t rows = d_cells.known_rows();
    for (size_t symbol = 0; symbol < rows; symbol++) {
        gr_complex sum = 0.0f;
        if (symbol < long_rows) {
            for (size_t carrier = 0; carrier < d_layout.occupied(); carrier++) {
                sum += d_cells.row(symbol)[carrier] *
                       std::conj(d_response[carrier] * d_cells.known(symbol)[carrier]);
            }
        } else {
            for (size_t i = 0; i < pilots.size(); i++) {
                sum += d_cells.pilot(symbol, i) * std::conj(d_response[pilots[i]]);
            }
        }
        values.push_back(sum);
        times.push_back(d_cells.time(symbol));
    }
    const double reach = largest_rest / static_cast<double>(d_layout.symbol_samples());
    phase_model rest;
    rest.offset = find_offset(values, times, reach);
    d_cells.turn_back(rows, rest);
}

received_burst burst_demodulator::read_payload(const gr_complex* long_start,
                                               size_t available)
{
    received_burst burst;
    burst.header = d_header;
    burst.symbols.assign(d_header.symbols, 0.0f);
    burst.reliability.assign(d_header.symbols, 0.0f);

    const size_t rows = d_cells.known_rows();
    const size_t extension = extension_symbols();
    const size_t wanted = extension + d_layout.payload_symbols(d_header.symbols);
    const auto before_extension = static_cast<int64_t>(
        d_layout.long_samples() + d_layout.header_symbols() * d_layout.symbol_samples());
    const int64_t samples = static_cast<int64_t>(available) - before_extension - d_shift;
    const size_t there = std::min(wanted,
                                  static_cast<size_t>(std::max<int64_t>(0, samples)) /
                                      d_layout.symbol_samples());

    fit_known_symbols();
    d_cells.read(long_start + d_shift, rows, there);
    const size_t symbols = find_lock(there);
    for (int i = 0; i < fit_rounds; i++) {
        fit_phase(symbols);
        estimate_response(rows);
    }
    d_equalizer.estimate_noise(d_cells, d_response, d_estimator.taps());
    if (symbols > extension) {
        d_equalizer.equalize(d_cells, d_response, extension, symbols - extension, burst);
    }
    burst.cut_short = symbols < wanted;

    const double spacing = 2.0 * M_PI / static_cast<double>(d_layout.carriers());
    burst.carrier_offset = d_cells.phase().offset / spacing;
    burst.clock_offset = d_cells.phase().slope_rate / spacing;
    return burst;
}

/*! What is left of the phase in trainings, header and the pilots of so many OFDM symbols
 *  behind them, taken out of all of these. */
void burst_demodulator::fit_phase(size_t symbols)
{
    phase_fit fit;
    const auto& numbers = d_layout.carrier_numbers();
    const auto& pilots = d_layout.pilots();
    const size_t rows = d_cells.known_rows();
    for (size_t row = 0; row < rows; row++) {
        const gr_complex* known = d_cells.known(row);
        for (size_t i = 0; i < d_layout.occupied(); i++) {
            const gr_complex z = conjugate_product(
                d_response[i], conjugate_product(known[i], d_cells.row(row)[i]));
            const double weight =
                static_cast<double>(std::norm(d_response[i]) * std::norm(known[i]));
            fit.add(d_cells.time(row), numbers[i], weight, static_cast<double>(z.imag()));
        }
    }
    for (size_t row = rows; row < rows + symbols; row++) {
        for (size_t i = 0; i < pilots.size(); i++) {
            const gr_complex& response = d_response[pilots[i]];
            const gr_complex z = conjugate_product(response, d_cells.pilot(row, i));
            fit.add(d_cells.time(row),
                    numbers[pilots[i]],
                    static_cast<double>(std::norm(response)),
                    static_cast<double>(z.imag()));
        }
    }
    d_cells.turn_back(rows + symbols, fit.solve());
}

//! How many of the OFDM symbols behind the header follow it without a gap.
size_t burst_demodulator::find_lock(size_t symbols) const
{
    const auto& pilots = d_layout.pilots();
    double weight = 0.0;
    for (const size_t carrier : pilots) {
        weight += static_cast<double>(std::norm(d_response[carrier]));
    }
    std::complex<double> before = 1.0;
    std::vector<std::complex<double>> seen(pilots.size());
    for (size_t first = 0; first < symbols; first += lock_symbols) {
        const size_t last = std::min(symbols, first + lock_symbols);
        // A short rest goes with the symbols before it.
        const size_t from = last > lock_symbols ? last - lock_symbols : 0;
        std::complex<double> common = 0.0;
        for (size_t i = 0; i < pilots.size(); i++) {
            seen[i] = 0.0;
            for (size_t symbol = from; symbol < last; symbol++) {
                const gr_complex pilot = d_cells.pilot(d_cells.known_rows() + symbol, i);
                seen[i] +=
                    std::complex<double>(conjugate_product(d_response[pilots[i]], pilot));
            }
            common += seen[i];
        }
        const auto count = static_cast<double>(last - from);
        common /= std::max<double>(weight * count, std::numeric_limits<float>::min());
        if (std::real(common * std::conj(before)) < least_coherence * std::norm(before)) {
            return first;
        }
        for (size_t i = 0; i < pilots.size(); i++) {
            const double power =
                static_cast<double>(std::norm(d_response[pilots[i]])) * count;
            const double deviation =
                std::sqrt(d_mean_noise / (2.0 * power * std::norm(common)));
            const double least =
                std::min(least_pilot, 1.0 - pilot_deviations * deviation);
            if (std::real(seen[i] * std::conj(common)) <
                least * power * std::norm(common)) {
                return first;
            }
        }
        before = common;
    }
    return symbols;
}

} // namespace djescc
} // namespace gr
