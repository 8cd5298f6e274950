/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  From candidates of preambles to whole bursts. */

#include "radio/burst/sample_receiver.h"

#include "radio/dsp/value_runs.h"
#include <algorithm>
#include <cmath>
#include <utility>

namespace gr {
namespace djescc {

namespace {

//! Samples of one step of work, so that neither buffer nor latency depend on the caller.
constexpr size_t chunk_samples = 8192;

//! Old samples are removed when there are so many.
constexpr int64_t trim_samples = 1 << 17;

} // namespace

sample_receiver::sample_receiver(const options& chosen,
                                 std::shared_ptr<header_guard> guard,
                                 std::shared_ptr<symbol_cipher> cipher)
    : d_options(chosen)
    , d_layout(chosen.format)
    , d_guard(std::move(guard))
    , d_cipher(cipher)
    , d_detector(d_layout, chosen.threshold)
    , d_demodulator(std::make_unique<burst_demodulator>(d_layout))
    , d_spare(std::make_unique<burst_demodulator>(d_layout))
    , d_assembler(chosen.assembly, std::move(cipher), d_counters)
{
    // Silence before the first sample, so that a burst may begin with it.
    d_buffer.resize(d_demodulator->samples_before() + d_layout.short_samples());
    d_first = -static_cast<int64_t>(d_buffer.size());
}

void sample_receiver::set_observer(std::function<void(const received_burst&)> observer)
{
    d_observer = std::move(observer);
}

void sample_receiver::push(const gr_complex* samples,
                           size_t count,
                           std::vector<assembled_image>& finished)
{
    for (size_t done = 0; done < count;) {
        const size_t piece = std::min(chunk_samples, count - done);
        append(samples + done, piece);
        d_detector.push(d_buffer.data() + d_buffer.size() - piece, piece, d_found);
        process(finished);
        d_assembler.expire(end_of_buffer(), finished);
        trim();
        done += piece;
    }
}

void sample_receiver::append(const gr_complex* samples, size_t count)
{
    d_buffer.insert(d_buffer.end(), samples, samples + count);
    if (!all_finite(samples, count)) {
        std::replace_if(
            d_buffer.end() - static_cast<std::ptrdiff_t>(count),
            d_buffer.end(),
            [](const gr_complex& z) {
                return !std::isfinite(z.real()) || !std::isfinite(z.imag());
            },
            gr_complex(0.0f));
    }
}

void sample_receiver::finish(std::vector<assembled_image>& finished)
{
    d_detector.finish(d_found);
    // Silence stands for what did not come.
    const auto longest = d_demodulator->burst_samples(static_cast<size_t>(UINT16_MAX),
                                                      burst_header::max_extension_size) +
                         d_layout.carriers();
    d_buffer.resize(d_buffer.size() + longest);
    process(finished);
    if (d_open) {
        close_burst(d_open->end, finished);
    }
    d_assembler.finish(finished);
    d_candidates.clear();
    d_waiting_header.reset();
    d_buffer.resize(d_buffer.size() - longest);
}

void sample_receiver::process(std::vector<assembled_image>& finished)
{
    d_candidates.insert(d_candidates.end(), d_found.begin(), d_found.end());
    d_counters.detected += d_found.size();
    d_found.clear();
    const auto margin = static_cast<int64_t>(d_layout.carriers());
    for (;;) {
        const bool inside = d_open && !d_candidates.empty() &&
                            d_candidates.front().long_start < d_open->end;
        if (d_open && !inside) {
            if (end_of_buffer() < d_open->end + margin) {
                return;
            }
            close_burst(d_open->end, finished);
        } else if (!next_header(finished)) {
            return;
        }
    }
}

//! Whether the burst that is open begins here.
bool sample_receiver::is_known_burst(int64_t begin) const
{
    return d_open &&
           std::abs(begin - d_open->begin) <= static_cast<int64_t>(d_layout.prefix());
}

//! Returns false where there is no candidate, or not enough of it yet.
bool sample_receiver::next_header(std::vector<assembled_image>& finished)
{
    if (d_candidates.empty()) {
        return false;
    }
    const auto candidate = d_candidates.front();
    const auto is_there = [&](size_t extension_bytes) {
        return end_of_buffer() >=
               candidate.long_start +
                   static_cast<int64_t>(d_spare->header_samples(extension_bytes));
    };
    auto header = std::exchange(d_waiting_header, std::nullopt);
    if (!header) {
        if (!is_there(0)) {
            return false;
        }
        header = d_spare->read_header(at(candidate.long_start), candidate.offset);
    }
    const int64_t begin = candidate.long_start + d_spare->shift();
    if (header && header->extended && !is_known_burst(begin)) {
        if (!is_there(header->extension_size())) {
            d_waiting_header = header;
            return false;
        }
        header = d_spare->read_extension(at(candidate.long_start));
    }
    d_candidates.pop_front();
    if (!header) {
        d_counters.header_failures++;
        return true;
    }
    if (is_known_burst(begin) || !accept(*header)) {
        return true;
    }
    if (d_open) {
        close_burst(begin - static_cast<int64_t>(d_layout.short_samples()), finished);
    }
    std::swap(d_demodulator, d_spare);
    const auto length = static_cast<int64_t>(
        d_layout.burst_samples(header->symbols, header->extension_size()) -
        d_layout.short_samples());
    d_open = { candidate.long_start, begin, begin + length, *header };
    return true;
}

bool sample_receiver::accept(const burst_header& header)
{
    if (d_options.fingerprint &&
        *d_options.fingerprint != header.facts.model.value_or(::djescc::Fingerprint{})) {
        d_counters.foreign++;
        return false;
    }
    bool good = !header.enciphered || d_cipher;
    if (good && d_guard) {
        const auto tagged = header.tagged_bytes();
        good = header.authenticated &&
               d_guard->check(header.counter, tagged.data(), tagged.size(), header.tag) ==
                   header_guard::verdict::accepted;
    }
    if (!good) {
        d_counters.refused++;
    }
    return good;
}

void sample_receiver::close_burst(int64_t end, std::vector<assembled_image>& finished)
{
    const int64_t last =
        std::min(end + static_cast<int64_t>(d_layout.prefix()), end_of_buffer());
    auto burst = d_demodulator->read_payload(
        at(d_open->expected),
        static_cast<size_t>(std::max<int64_t>(0, last - d_open->expected)));
    burst.sample = d_open->begin;
    d_open.reset();
    d_counters.bursts++;
    if (burst.cut_short) {
        d_counters.cut_short++;
    }
    if (d_observer) {
        d_observer(burst);
    }
    d_assembler.push(burst, finished);
}

void sample_receiver::trim()
{
    int64_t keep = end_of_buffer() - static_cast<int64_t>(2 * d_layout.short_samples());
    if (d_open) {
        keep = std::min(keep, d_open->expected);
    }
    if (!d_candidates.empty()) {
        keep = std::min(keep, d_candidates.front().long_start);
    }
    keep -= static_cast<int64_t>(d_demodulator->samples_before());
    if (keep - d_first >= trim_samples) {
        d_buffer.erase(d_buffer.begin(),
                       d_buffer.begin() + static_cast<std::ptrdiff_t>(keep - d_first));
        d_first = keep;
    }
}

} // namespace djescc
} // namespace gr
