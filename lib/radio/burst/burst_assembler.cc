/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Open images, and what goes out when. */

#include "radio/burst/burst_assembler.h"

#include "radio/burst/symbol_transforms.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace djescc {

namespace {

//! Images that are remembered after they went out, so that late bursts open none anew.
constexpr size_t max_past_images = 256;

bool same_image(const burst_header& a, const burst_header& b)
{
    return a.facts.shape == b.facts.shape && a.facts.plain == b.facts.plain &&
           a.facts.parts == b.facts.parts && a.side_size == b.side_size &&
           a.image_symbols == b.image_symbols && a.bursts == b.bursts &&
           a.power_scale == b.power_scale && a.enciphered == b.enciphered &&
           a.spread == b.spread &&
           (!a.enciphered || a.image_counter() == b.image_counter());
}

//! Takes a burst's side bytes, if it has any.
//! \return false where others came before
bool take_side(const burst_header& header, ::djescc::FrameFacts& facts)
{
    if (!header.extended) {
        return true;
    }
    if (facts.side.empty()) {
        facts.side = header.facts.side;
    }
    return facts.side == header.facts.side;
}

double snr_of(double mean_weight)
{
    constexpr double least = 1e-9;
    const double weight = std::clamp(mean_weight, least, 1.0 - least);
    return 10.0 * std::log10(weight / (1.0 - weight));
}

} // namespace

burst_assembler::burst_assembler(const options& chosen,
                                 std::shared_ptr<symbol_cipher> cipher,
                                 receiver_counters& counters)
    : d_options(chosen), d_cipher(std::move(cipher)), d_counters(counters)
{
}

void burst_assembler::push(const received_burst& burst,
                           std::vector<assembled_image>& finished)
{
    d_now = std::max(d_now, burst.sample);
    const auto& header = burst.header;
    const image_key key = key_of(header);
    if (is_past(key, burst.sample)) {
        d_counters.late++;
        return;
    }
    open_image* open = find_or_open(key, burst, finished);
    if (!open || !same_image(open->header, header)) {
        d_counters.header_failures++;
        return;
    }
    if (open->received[header.burst]) {
        d_counters.duplicate++;
        return;
    }
    if (!take_side(header, open->image.facts)) {
        d_counters.header_failures++;
        return;
    }
    open->received[header.burst] = true;
    open->missing--;
    insert(burst, *open);
    if (open->missing == 0) {
        close(d_open.find(key), finished);
    }
}

burst_assembler::image_key burst_assembler::key_of(const burst_header& header)
{
    return { header.facts.model.value_or(::djescc::Fingerprint{}),
             header.session,
             header.facts.id,
             header.facts.part };
}

bool burst_assembler::is_past(const image_key& key, int64_t now)
{
    while (!d_past.empty() && d_past.front().end < now) {
        d_past.pop_front();
    }
    return std::any_of(d_past.begin(), d_past.end(), [&](const past_image& past) {
        return past.key == key;
    });
}

uint64_t burst_assembler::open_symbols() const
{
    uint64_t sum = 0;
    for (const auto& [key, open] : d_open) {
        sum += open.header.image_symbols;
    }
    return sum;
}

burst_assembler::open_image*
burst_assembler::find_or_open(const image_key& key,
                              const received_burst& burst,
                              std::vector<assembled_image>& finished)
{
    const auto found = d_open.find(key);
    if (found != d_open.end()) {
        return &found->second;
    }
    const auto& header = burst.header;
    if (header.image_symbols > max_image_symbols) {
        return nullptr;
    }
    while (!d_open.empty() &&
           (d_open.size() >= d_options.max_open_images ||
            open_symbols() + header.image_symbols > max_open_symbols)) {
        close_oldest(finished);
    }
    open_image open;
    open.header = header;
    open.image.facts = header.facts;
    open.image.symbols.reset(new gr_complex[header.image_symbols]());
    open.image.reliability.assign(header.image_symbols, 0.0f);
    if (!d_interleaver || d_interleaver->image_symbols() != header.image_symbols ||
        d_interleaver->bursts() != header.bursts) {
        d_interleaver = std::make_shared<const symbol_interleaver>(header.image_symbols,
                                                                   header.bursts);
    }
    open.interleaver = d_interleaver;
    open.received.resize(header.bursts);
    open.missing = header.bursts;
    open.begin = burst.sample;
    d_counters.images_begun++;
    return &d_open.emplace(key, std::move(open)).first->second;
}

void burst_assembler::insert(const received_burst& burst, open_image& open) const
{
    const auto& weights = burst.reliability;
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    const auto there =
        weights.size() -
        static_cast<size_t>(std::count(weights.begin(), weights.end(), 0.0f));
    if (there == 0) {
        return;
    }
    open.weights += sum;
    double gain = std::pow(10.0, burst.header.power_scale / (20.0 * 256.0));
    if (!d_options.shrink) {
        gain *= static_cast<double>(there) / sum;
    }
    const auto scale = static_cast<float>(gain);
    const uint32_t* indices = open.interleaver->indices(burst.header.burst);
    for (size_t i = 0; i < burst.symbols.size(); i++) {
        open.image.symbols[indices[i]] = burst.symbols[i] * scale;
        open.image.reliability[indices[i]] = weights[i];
    }
}

void burst_assembler::expire(int64_t now, std::vector<assembled_image>& finished)
{
    d_now = std::max(d_now, now);
    for (auto image = d_open.begin(); image != d_open.end();) {
        const auto next = std::next(image);
        if (now - image->second.begin >= d_options.timeout) {
            close(image, finished);
        }
        image = next;
    }
}

void burst_assembler::finish(std::vector<assembled_image>& finished)
{
    while (!d_open.empty()) {
        close_oldest(finished);
    }
    d_past.clear();
}

void burst_assembler::close_oldest(std::vector<assembled_image>& finished)
{
    close(std::min_element(d_open.begin(),
                           d_open.end(),
                           [](const auto& a, const auto& b) {
                               return a.second.begin < b.second.begin;
                           }),
          finished);
}

void burst_assembler::close(open_images_map::iterator which,
                            std::vector<assembled_image>& finished)
{
    open_image& open = which->second;
    auto& image = open.image;
    const size_t count = image.reliability.size();
    image.erased = static_cast<uint64_t>(
        std::count(image.reliability.begin(), image.reliability.end(), 0.0f));
    const size_t there = count - image.erased;
    image.facts.snr_db =
        snr_of(there > 0 ? open.weights / static_cast<double>(there) : 0.0);
    if (open.header.spread) {
        despread(image.symbols.get(), count);
        despread_reliability(image.reliability.data(), count);
    }
    if (d_cipher && open.header.enciphered) {
        d_cipher->decipher(image.symbols.get(), count, open.header.image_counter());
        // The cipher spreads what is missing over all symbols.
        const double mean = open.weights / static_cast<double>(count);
        std::fill(
            image.reliability.begin(), image.reliability.end(), static_cast<float>(mean));
    }
    d_counters.images++;
    d_counters.lost += open.missing;
    d_counters.erased_symbols += image.erased;
    if (image.erased > 0) {
        d_counters.incomplete_images++;
    }
    if (image.facts.side.size() < open.header.side_size) {
        d_counters.side_lost++;
    }
    d_past.push_back({ which->first, d_now + d_options.timeout });
    if (d_past.size() > max_past_images) {
        d_past.pop_front();
    }
    finished.push_back(std::move(image));
    d_open.erase(which);
}

} // namespace djescc
} // namespace gr
