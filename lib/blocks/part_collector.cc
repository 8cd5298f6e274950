/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Joins the symbols, the reliability and the SNR of an image's parts.

#include "blocks/part_collector.h"

#include "blocks/drop_reason.h"
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace gr {
namespace djescc {

namespace {

using symbol_frame = frame<gr_complex>;

//! Of the white noise with the same power over all parts; nothing unless all are known.
std::optional<double> joint_snr_db(const std::vector<symbol_frame>& parts)
{
    double noise = 0, symbols = 0;
    for (const auto& part : parts) {
        if (!part.info.snr_db) {
            return std::nullopt;
        }
        const auto length = static_cast<double>(part.length);
        noise += length * std::pow(10.0, -*part.info.snr_db / 10);
        symbols += length;
    }
    return -10 * std::log10(noise / symbols);
}

//! Null where no part says anything; 1 for a part that does not.
pmt::pmt_t joint_reliability(std::vector<symbol_frame>& parts, size_t length)
{
    static const pmt::pmt_t key = pmt::intern("reliability");
    std::vector<float> all;
    bool known = false;
    for (auto& part : parts) {
        std::vector<float> own(part.length, 1.0f);
        const auto values = part.info.take(key);
        if (values && pmt::is_f32vector(values)) {
            size_t count = 0;
            const float* elements = pmt::f32vector_elements(values, count);
            std::copy_n(elements, std::min(count, own.size()), own.begin());
            known = true;
        }
        all.insert(all.end(), own.begin(), own.end());
    }
    return known ? pmt::init_f32vector(length, all) : pmt::pmt_t();
}

//! One image of one part, however many it came in.
symbol_frame join(std::vector<symbol_frame> parts)
{
    if (parts.size() == 1) {
        symbol_frame whole = std::move(parts.front());
        whole.info.part = 0;
        whole.info.parts = 1;
        return whole;
    }
    size_t length = 0;
    for (const auto& part : parts) {
        length += part.length;
    }
    symbol_frame whole;
    whole.items = allocate_items<gr_complex>(length);
    whole.length = length;
    gr_complex* end = whole.items.get();
    for (const auto& part : parts) {
        end = std::copy_n(part.items.get(), part.length, end);
    }
    const auto snr_db = joint_snr_db(parts);
    const auto reliability = joint_reliability(parts, length);
    std::vector<uint8_t> side;
    for (auto& part : parts) { // each brings them, unless they were lost on the way
        if (side.empty()) {
            side = std::move(part.info.side);
        }
    }
    whole.info = std::move(parts.back().info);
    whole.info.side = std::move(side);
    whole.info.part = 0;
    whole.info.parts = 1;
    whole.info.snr_db = snr_db;
    if (reliability) {
        whole.info.set(pmt::intern("reliability"), reliability);
    }
    return whole;
}

} // namespace

bool part_collector::continues(const frame_info& next) const
{
    const auto& last = d_open.back().info;
    return next.id == last.id && next.parts == last.parts && next.part == last.part + 1 &&
           next.model == last.model && next.shape == last.shape;
}

void part_collector::push(symbol_frame part, std::vector<symbol_frame>& whole)
{
    if (open() && !continues(part.info)) {
        finish(whole);
    }
    if (part.info.part > 0 && !open()) {
        d_counters.drop(drop_reason::missing_part,
                        "frame " + std::to_string(part.info.id) + ", part " +
                            std::to_string(part.info.part));
        return;
    }
    const bool last = part.info.part == part.info.parts - 1;
    d_open.push_back(std::move(part));
    if (d_progressive && d_open.back().info.parts > 1) {
        auto version = join(d_open);
        version.info.part = d_open.back().info.part;
        version.info.parts = d_open.back().info.parts;
        whole.push_back(std::move(version));
        d_gone_on = d_open.size();
    }
    if (last) {
        finish(whole);
    }
}

void part_collector::finish(std::vector<symbol_frame>& whole)
{
    if (holds_back()) {
        whole.push_back(join(std::move(d_open)));
    }
    d_open.clear();
    d_gone_on = 0;
}

} // namespace djescc
} // namespace gr
