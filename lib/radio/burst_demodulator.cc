/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "radio/burst_demodulator.h"

#include "radio/gain_tracker.h"
#include "radio/payload_scrambler.h"
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

constexpr size_t long_rows = burst_layout::long_repetitions;

//! conj(a) b without the standard's care for infinities
gr_complex conjugate_product(const gr_complex& a, const gr_complex& b)
{
    return { a.real() * b.real() + a.imag() * b.imag(),
             a.real() * b.imag() - a.imag() * b.real() };
}

} // namespace

burst_demodulator::burst_demodulator(const burst_layout& layout)
    : d_layout(layout)
    , d_synchronizer(layout)
    , d_ofdm(layout)
    , d_estimator(layout)
    , d_code(layout.header_symbols() * layout.data().size())
    , d_channel(layout.occupied())
    , d_least_squares(layout.occupied())
    , d_noise(layout.occupied())
{
}

size_t burst_demodulator::samples_before() const
{
    return d_synchronizer.samples_before() + d_layout.carriers();
}

size_t burst_demodulator::header_samples() const
{
    return d_synchronizer.samples_after() +
           d_layout.header_symbols() * d_layout.symbol_samples();
}

size_t burst_demodulator::burst_samples(size_t symbols) const
{
    return header_samples() +
           d_layout.payload_symbols(symbols) * d_layout.symbol_samples();
}

size_t burst_demodulator::first_payload_row() const
{
    return long_rows + d_layout.header_symbols();
}

double burst_demodulator::row_time(size_t symbol) const
{
    if (symbol < long_rows) {
        return static_cast<double>(2 * d_layout.prefix() + symbol * d_layout.carriers());
    }
    return static_cast<double>(d_layout.long_samples() + d_layout.prefix() +
                               (symbol - long_rows) * d_layout.symbol_samples());
}

void burst_demodulator::demodulate(const gr_complex* long_start,
                                   size_t first,
                                   size_t count)
{
    for (size_t symbol = first; symbol < first + count; symbol++) {
        const double time = row_time(symbol);
        d_ofdm.body(long_start + d_shift + static_cast<std::ptrdiff_t>(time),
                    row(symbol));
        turn_back(row(symbol), d_layout.carrier_numbers(), d_phase, time);
    }
}

std::optional<burst_header> burst_demodulator::read_header(const gr_complex* long_start,
                                                           double offset)
{
    const auto timing = d_synchronizer.find(long_start, offset);
    d_shift = timing.shift;
    d_phase = {};
    d_phase.offset = timing.offset;
    d_ofdm.set_offset(timing.offset);
    d_estimator.reset();

    const size_t occupied = d_layout.occupied();
    const size_t rows = first_payload_row();
    d_cells.resize(rows * occupied);
    d_known.resize(rows * occupied);
    demodulate(long_start, 0, rows);
    for (size_t symbol = 0; symbol < long_rows; symbol++) {
        std::copy(
            d_layout.long_values().begin(), d_layout.long_values().end(), known(symbol));
    }
    estimate_channel(long_rows);
    follow_header_pilots();
    estimate_channel(long_rows);

    std::vector<gr_complex> statistics;
    statistics.reserve(d_layout.header_symbols() * d_layout.data().size());
    for (size_t symbol = long_rows; symbol < rows; symbol++) {
        for (const size_t carrier : d_layout.data()) {
            statistics.push_back(
                conjugate_product(d_channel[carrier], row(symbol)[carrier]));
        }
    }
    const auto bytes = d_code.decode(statistics.data());
    const auto header = burst_header::unpack(bytes);
    if (header) {
        d_header = *header;
        insert_header(bytes);
    }
    return header;
}

void burst_demodulator::estimate_channel(size_t rows)
{
    const size_t occupied = d_layout.occupied();
    double rest = 0.0;
    for (size_t carrier = 0; carrier < occupied; carrier++) {
        std::complex<double> sum = 0.0;
        double received = 0.0;
        double sent = 0.0;
        for (size_t symbol = 0; symbol < rows; symbol++) {
            const gr_complex value = row(symbol)[carrier];
            const gr_complex should_be = known(symbol)[carrier];
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
                         d_channel.data());
}

void burst_demodulator::follow_header_pilots()
{
    std::vector<gr_complex> values;
    std::vector<double> times;
    const size_t rows = first_payload_row();
    for (size_t symbol = 0; symbol < rows; symbol++) {
        gr_complex sum = 0.0f;
        if (symbol < long_rows) {
            for (size_t carrier = 0; carrier < d_layout.occupied(); carrier++) {
                sum += row(symbol)[carrier] *
                       std::conj(d_channel[carrier] * known(symbol)[carrier]);
            }
        } else {
            for (size_t i = 0; i < d_layout.pilots().size(); i++) {
                const size_t carrier = d_layout.pilots()[i];
                sum += row(symbol)[carrier] * std::conj(d_channel[carrier]) *
                       burst_layout::pilot_value(symbol - long_rows, i);
            }
        }
        values.push_back(sum);
        times.push_back(row_time(symbol));
    }
    const double reach = largest_rest / static_cast<double>(d_layout.symbol_samples());
    phase_model rest;
    rest.offset = find_offset(values, times, reach);
    turn_back_all(rows, rest);
}

void burst_demodulator::turn_back_all(size_t count, const phase_model& model)
{
    for (size_t symbol = 0; symbol < count; symbol++) {
        turn_back(row(symbol), d_layout.carrier_numbers(), model, row_time(symbol));
    }
    d_phase += model;
}

void burst_demodulator::insert_header(const burst_header::bytes& bytes)
{
    const size_t per_symbol = d_layout.data().size();
    std::vector<gr_complex> values(d_layout.header_symbols() * per_symbol);
    d_code.encode(bytes, values.data());
    for (size_t symbol = 0; symbol < d_layout.header_symbols(); symbol++) {
        gr_complex* out = known(long_rows + symbol);
        for (size_t i = 0; i < per_symbol; i++) {
            out[d_layout.data()[i]] = values[symbol * per_symbol + i];
        }
        for (size_t i = 0; i < d_layout.pilots().size(); i++) {
            out[d_layout.pilots()[i]] = burst_layout::pilot_value(symbol, i);
        }
    }
}

received_burst burst_demodulator::read_payload(const gr_complex* long_start,
                                               size_t available)
{
    received_burst burst;
    burst.header = d_header;
    burst.symbols.assign(d_header.symbols, 0.0f);
    burst.reliability.assign(d_header.symbols, 0.0f);

    const size_t rows = first_payload_row();
    const size_t wanted = d_layout.payload_symbols(d_header.symbols);
    const auto before_payload = static_cast<int64_t>(
        d_layout.long_samples() + d_layout.header_symbols() * d_layout.symbol_samples());
    const int64_t payload_samples =
        static_cast<int64_t>(available) - before_payload - d_shift;
    const size_t there =
        std::min(wanted,
                 static_cast<size_t>(std::max<int64_t>(0, payload_samples)) /
                     d_layout.symbol_samples());

    for (int i = 0; i < fit_rounds; i++) {
        estimate_channel(rows);
        fit_phase(0, 0);
    }
    d_cells.resize((rows + there) * d_layout.occupied());
    demodulate(long_start, rows, there);
    const size_t symbols = find_lock(there);
    for (int i = 0; i < fit_rounds; i++) {
        fit_phase(symbols, symbols);
        estimate_channel(rows);
    }
    estimate_noise();
    equalize(symbols, burst);
    burst.cut_short = symbols < wanted;

    const double spacing = 2.0 * M_PI / static_cast<double>(d_layout.carriers());
    burst.carrier_offset = d_phase.offset / spacing;
    burst.clock_offset = d_phase.slope_rate / spacing;
    return burst;
}

void burst_demodulator::fit_phase(size_t symbols, size_t locked)
{
    phase_fit fit;
    const auto& numbers = d_layout.carrier_numbers();
    const size_t rows = first_payload_row();
    for (size_t symbol = 0; symbol < rows; symbol++) {
        const double time = row_time(symbol);
        for (size_t i = 0; i < d_layout.occupied(); i++) {
            const gr_complex z = conjugate_product(
                d_channel[i], conjugate_product(known(symbol)[i], row(symbol)[i]));
            const double weight = static_cast<double>(std::norm(d_channel[i]) *
                                                      std::norm(known(symbol)[i]));
            fit.add(time, numbers[i], weight, static_cast<double>(z.imag()));
        }
    }
    for (size_t symbol = 0; symbol < locked; symbol++) {
        const double time = row_time(rows + symbol);
        for (size_t i = 0; i < d_layout.pilots().size(); i++) {
            const size_t carrier = d_layout.pilots()[i];
            const gr_complex z =
                conjugate_product(d_channel[carrier], row(rows + symbol)[carrier]) *
                burst_layout::pilot_value(d_layout.header_symbols() + symbol, i);
            fit.add(time,
                    numbers[carrier],
                    static_cast<double>(std::norm(d_channel[carrier])),
                    static_cast<double>(z.imag()));
        }
    }
    turn_back_all(rows + symbols, fit.solve());
}

//! How many of the payload's OFDM symbols follow the header without a gap.
size_t burst_demodulator::find_lock(size_t symbols)
{
    const auto& pilots = d_layout.pilots();
    double weight = 0.0;
    for (const size_t carrier : pilots) {
        weight += static_cast<double>(std::norm(d_channel[carrier]));
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
                seen[i] += std::complex<double>(
                    conjugate_product(d_channel[pilots[i]],
                                      row(first_payload_row() + symbol)[pilots[i]]) *
                    burst_layout::pilot_value(d_layout.header_symbols() + symbol, i));
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
                static_cast<double>(std::norm(d_channel[pilots[i]])) * count;
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

void burst_demodulator::estimate_noise()
{
    const size_t rows = first_payload_row();
    const size_t occupied = d_layout.occupied();
    // The channel's taps take a part of the freedom of all the cells.
    const double freedom =
        static_cast<double>(rows) * (1.0 - static_cast<double>(d_estimator.taps()) /
                                               static_cast<double>(rows * occupied));
    double mean = 0.0;
    for (size_t i = 0; i < occupied; i++) {
        double sum = 0.0;
        for (size_t symbol = 0; symbol < rows; symbol++) {
            const gr_complex should_be = d_channel[i] * known(symbol)[i];
            sum += static_cast<double>(std::norm(row(symbol)[i] - should_be));
        }
        d_noise[i] = sum / freedom;
        mean += d_noise[i] / static_cast<double>(occupied);
    }
    mean = std::max<double>(mean, std::numeric_limits<float>::min());
    // A carrier's own figure counts as far as the figures differ by more than the 1 /
    // rows that they would by chance.
    double spread = 0.0;
    for (const double noise : d_noise) {
        spread += (noise / mean - 1.0) * (noise / mean - 1.0);
    }
    const double chance = 1.0 / static_cast<double>(rows);
    const double excess =
        std::max(0.0, spread / static_cast<double>(occupied - 1) - chance);
    const double own = excess / (excess + chance);
    for (double& noise : d_noise) {
        noise = std::max<double>(own * noise + (1.0 - own) * mean,
                                 std::numeric_limits<float>::min());
    }
    d_mean_noise = mean;
}

std::vector<gr_complex> burst_demodulator::common_gain(size_t symbols)
{
    double weight = 0.0;
    for (const size_t carrier : d_layout.pilots()) {
        weight += static_cast<double>(std::norm(d_channel[carrier])) / d_noise[carrier];
    }
    weight = std::max<double>(weight, std::numeric_limits<float>::min());
    std::vector<gr_complex> seen(symbols);
    for (size_t symbol = 0; symbol < symbols; symbol++) {
        std::complex<double> sum = 0.0;
        for (size_t i = 0; i < d_layout.pilots().size(); i++) {
            const size_t carrier = d_layout.pilots()[i];
            sum += std::complex<double>(
                       conjugate_product(d_channel[carrier],
                                         row(first_payload_row() + symbol)[carrier]) *
                       burst_layout::pilot_value(d_layout.header_symbols() + symbol, i)) /
                   d_noise[carrier];
        }
        seen[symbol] = gr_complex(sum / weight);
    }
    const std::vector<float> noise(symbols, static_cast<float>(1.0 / weight));
    return track_gain(seen, noise, static_cast<double>(d_layout.header_symbols()) / 2.0);
}

void burst_demodulator::equalize(size_t symbols, received_burst& burst)
{
    const auto gains = common_gain(symbols);
    const size_t per_symbol = d_layout.data().size();
    double error = 0.0, power = 0.0;
    size_t count = 0;
    for (size_t symbol = 0; symbol < symbols; symbol++) {
        const gr_complex* values = row(first_payload_row() + symbol);
        for (size_t i = 0; i < per_symbol && count < burst.symbols.size(); i++, count++) {
            const size_t carrier = d_layout.data()[i];
            const gr_complex response = d_channel[carrier] * gains[symbol];
            const float strength = std::norm(response);
            const float inverse =
                1.0f / (strength + static_cast<float>(d_noise[carrier]));
            const float weight = strength * inverse;
            burst.symbols[count] = conjugate_product(response, values[carrier]) * inverse;
            burst.reliability[count] = weight;
            error += static_cast<double>(1.0f - weight);
            power += static_cast<double>(std::norm(values[carrier]));
        }
    }
    descramble(burst.symbols.data(), count, burst.header.burst);
    if (count > 0) {
        const auto number = static_cast<double>(count);
        constexpr double least_error = 1e-9;
        const double mean_error =
            std::clamp(error / number, least_error, 1.0 - least_error);
        burst.snr_db = 10.0 * std::log10(1.0 / mean_error - 1.0);
        burst.power = power / number;
    }
}

} // namespace djescc
} // namespace gr
