/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Headers, payloads, pilots and the limit on peaks. */

#include "radio/burst/burst_builder.h"

#include "radio/burst/split_mix.h"
#include "radio/burst/symbol_transforms.h"
#include "radio/dsp/value_runs.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <string>

namespace gr {
namespace djescc {

namespace {

constexpr double least_clip_db = 3.0;
constexpr double power_steps_per_db = 256.0;

/*! Bursts of an image that carry its side bytes, evenly spaced. With one burst in ten
 *  lost at random, one image in ten thousand comes without them. */
constexpr uint32_t side_copies = 4;

float peak_power(const burst_layout& layout, double clip_db)
{
    if (!(clip_db >= least_clip_db)) {
        throw ::djescc::ConfigError("burst transmitter: clip_db must be 3 or more");
    }
    return static_cast<float>(layout.mean_power() * std::pow(10.0, clip_db / 10.0));
}

void require_fit(const ::djescc::ImageShape& shape)
{
    if (shape.height < 1 || shape.height > 65535 || shape.width < 1 ||
        shape.width > 65535 || shape.channels < 1 || shape.channels > 255) {
        throw ::djescc::ConfigError("an image of " + std::to_string(shape.width) + "x" +
                                    std::to_string(shape.height) + " with " +
                                    std::to_string(shape.channels) +
                                    " channels does not fit a burst's header");
    }
}

void require_fit(const ::djescc::FrameFacts& facts)
{
    require_fit(facts.shape);
    if (facts.plain) {
        require_fit(*facts.plain);
    }
    if (facts.parts < 1 || facts.parts > ::djescc::max_parts || facts.part < 0 ||
        facts.part >= facts.parts) {
        throw ::djescc::ConfigError("there is no part " + std::to_string(facts.part) +
                                    " of " + std::to_string(facts.parts) +
                                    ": parts must be 1 to 255, and part below it");
    }
    if (facts.side.size() > static_cast<size_t>(::djescc::max_side_bytes)) {
        throw ::djescc::ConfigError(
            std::to_string(facts.side.size()) +
            " side bytes do not fit a burst's header, which takes "
            "255");
    }
}

//! Mean power in 1/256 dB.
//! \throws where there is none or a header cannot tell it
int16_t power_scale(const gr_complex* symbols, size_t count)
{
    const double power = total_power(symbols, count) / static_cast<double>(count);
    const double steps = std::round(power_steps_per_db * 10.0 * std::log10(power));
    if (!(std::abs(steps) <= INT16_MAX)) {
        throw ::djescc::ConfigError("the symbols' power is zero or too far from 1");
    }
    return static_cast<int16_t>(steps);
}

} // namespace

burst_builder::burst_builder(const burst_format& format,
                             double clip_db,
                             uint16_t session,
                             std::shared_ptr<header_guard> guard,
                             std::shared_ptr<symbol_cipher> cipher,
                             bool spread)
    : d_layout(format)
    , d_peak_power(peak_power(d_layout, clip_db))
    , d_guard(std::move(guard))
    , d_cipher(std::move(cipher))
    , d_modulator(d_layout)
    , d_code(burst_header::size,
             d_layout.header_symbols() * d_layout.data().size(),
             format_seed::header)
    , d_values(d_layout.occupied())
{
    d_header.session = session;
    d_header.authenticated = d_guard != nullptr;
    d_header.enciphered = d_cipher != nullptr;
    d_header.spread = spread;
}

void burst_builder::begin(const ::djescc::FrameFacts& facts,
                          const gr_complex* symbols,
                          size_t count)
{
    require_fit(facts);
    const auto most = static_cast<size_t>(d_layout.format().symbols_per_burst);
    const size_t bursts = (count + most - 1) / most;
    if (count < 1 || bursts > 65535) {
        throw ::djescc::ConfigError(std::to_string(count) +
                                    " symbols do not fit 65535 bursts");
    }
    d_header.power_scale = power_scale(symbols, count);
    d_header.facts = facts;
    d_header.side_size = static_cast<uint8_t>(facts.side.size());
    d_header.image_symbols = static_cast<uint32_t>(count);
    d_header.bursts = static_cast<uint16_t>(bursts);
    d_header.counter = d_guard ? d_guard->take_counters(bursts) : 0;
    if (d_header.version() > 1 &&
        d_header.counter > burst_header::counter_bound - bursts) {
        throw ::djescc::ConfigError(
            "the key's counter does not fit a header of version 2");
    }
    if (!d_interleaver || d_interleaver->image_symbols() != d_header.image_symbols ||
        d_interleaver->bursts() != bursts) {
        d_interleaver.emplace(d_header.image_symbols, d_header.bursts);
    }

    const auto scale = static_cast<float>(
        std::pow(10.0, -d_header.power_scale / (20.0 * power_steps_per_db)));
    d_symbols.resize(count);
    for (size_t i = 0; i < count; i++) {
        d_symbols[i] = symbols[i] * scale;
    }
    if (d_cipher) {
        d_cipher->encipher(d_symbols.data(), count, d_header.counter);
    }
    if (d_header.spread) {
        spread(d_symbols.data(), count);
    }
}

uint32_t burst_builder::symbols_in(uint32_t burst) const
{
    return symbols_of_burst(d_header.image_symbols, d_header.bursts, burst);
}

bool burst_builder::carries_side(uint32_t burst) const
{
    // Of a line that rises by side_copies over the image, the bursts in which it takes a
    // step.
    const uint64_t copies = side_copies;
    return d_header.side_size > 0 && copies * burst % d_header.bursts < copies;
}

size_t burst_builder::burst_samples(uint32_t burst) const
{
    const size_t extension =
        carries_side(burst) ? d_header.side_size + burst_header::extension_overhead : 0;
    return d_layout.burst_samples(symbols_in(burst), extension);
}

void burst_builder::build(uint32_t burst, gr_complex* samples)
{
    burst_header header = d_header;
    header.burst = static_cast<uint16_t>(burst);
    header.symbols = static_cast<uint16_t>(symbols_in(burst));
    header.extended = carries_side(burst);
    if (d_guard) {
        header.counter += burst;
        const auto tagged = header.tagged_bytes();
        header.tag = d_guard->tag(header.counter, tagged.data(), tagged.size());
    }
    const auto& preamble = d_layout.preamble();
    std::copy(preamble.begin(), preamble.end(), samples);
    gr_complex* const header_samples = samples + preamble.size();
    gr_complex* const extension = samples + d_layout.samples_before_extension();
    const size_t extension_symbols = d_layout.extension_symbols(header.extension_size());
    write_header(header, header_samples);
    write_extension(header, extension);
    write_payload(burst,
                  d_layout.header_symbols() + extension_symbols,
                  extension + extension_symbols * d_layout.symbol_samples());
    limit(header_samples, burst_samples(burst) - preamble.size());
}

void burst_builder::write_header(const burst_header& header, gr_complex* samples)
{
    d_payload.resize(d_code.symbols());
    d_code.encode(header.pack().data(), d_payload.data());
    write_symbols(0, samples);
}

void burst_builder::write_extension(const burst_header& header, gr_complex* samples)
{
    const auto packed = header.pack_extension();
    if (packed.empty()) {
        return;
    }
    if (!d_extension_code || d_extension_code->bytes() != packed.size()) {
        d_extension_code.emplace(packed.size(),
                                 d_layout.extension_symbols(packed.size()) *
                                     d_layout.data().size(),
                                 format_seed::extension);
    }
    d_payload.resize(d_extension_code->symbols());
    d_extension_code->encode(packed.data(), d_payload.data());
    write_symbols(d_layout.header_symbols(), samples);
}

void burst_builder::write_payload(uint32_t burst,
                                  size_t first_symbol,
                                  gr_complex* samples)
{
    const size_t count = symbols_in(burst);
    d_payload.resize(d_layout.payload_symbols(count) * d_layout.data().size());
    const uint32_t* indices = d_interleaver->indices(burst);
    for (size_t i = 0; i < count; i++) {
        d_payload[i] = d_symbols[indices[i]];
    }
    scramble(d_payload.data(), count, burst);
    // What is left of the last OFDM symbol, at the power of the rest.
    for (size_t i = count; i < d_payload.size(); i++) {
        const uint64_t bits = split_mix(format_seed::padding, i);
        d_payload[i] = { bits & 1 ? -std::sqrt(0.5f) : std::sqrt(0.5f),
                         bits & 2 ? -std::sqrt(0.5f) : std::sqrt(0.5f) };
    }
    write_symbols(first_symbol, samples);
}

//! What d_payload holds, as OFDM symbols that are counted from the header's first.
void burst_builder::write_symbols(size_t first_symbol, gr_complex* samples)
{
    const size_t per_symbol = d_layout.data().size();
    for (size_t symbol = 0; symbol < d_payload.size() / per_symbol; symbol++) {
        insert_pilots(first_symbol + symbol);
        for (size_t i = 0; i < per_symbol; i++) {
            d_values[d_layout.data()[i]] = d_payload[symbol * per_symbol + i];
        }
        d_modulator.symbol(d_values.data(), samples + symbol * d_layout.symbol_samples());
    }
}

void burst_builder::insert_pilots(size_t symbol)
{
    for (size_t i = 0; i < d_layout.pilots().size(); i++) {
        d_values[d_layout.pilots()[i]] = burst_layout::pilot_value(symbol, i);
    }
}

void burst_builder::limit(gr_complex* samples, size_t count) const
{
    for (size_t i = 0; i < count; i++) {
        const float power = std::norm(samples[i]);
        if (power > d_peak_power) {
            samples[i] *= std::sqrt(d_peak_power / power);
        }
    }
}

} // namespace djescc
} // namespace gr
