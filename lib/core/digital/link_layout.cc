/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Chooses codewords, spreads shortening and puncturing over them, and interleaves.

#include "digital/link_layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace djescc {
namespace {

// A shorter code must carry this much more: a longer one needs less SNR.
constexpr double gain_of_shorter_code = 1.1;
// Share of the parity bits that may be punctured (IEEE 802.11-2012, 20.3.11.7.5).
constexpr double most_punctured = 0.1;
// Any number; sender and receiver have the same.
constexpr uint32_t interleaver_seed = 0x1eaf;

struct Ratio {
    size_t part, whole;
};

Ratio ratio_of(CodeRate rate)
{
    constexpr Ratio ratios[] = { { 1, 2 }, { 2, 3 }, { 3, 4 }, { 5, 6 } };
    return ratios[static_cast<int>(rate)];
}

//! \p count codewords of \p length bits in \p bits coded bits.
LinkPlan plan_codewords(size_t bits, int length, size_t count, const Ratio& rate)
{
    const size_t whole = count * length;
    const size_t messages = whole / rate.whole * rate.part;
    const size_t parities = whole - messages;
    const auto least_parities =
        static_cast<size_t>(std::ceil((1 - most_punctured) * parities));
    LinkPlan plan;
    if (bits <= least_parities)
        return plan;
    const size_t by_rate = bits < whole ? bits / rate.whole * rate.part : messages;
    plan.code_length = length;
    plan.codewords = count;
    plan.block_bytes = std::min(by_rate, bits - least_parities) / 8;
    plan.coded_bits =
        8 * plan.block_bytes + std::min(parities, bits - 8 * plan.block_bytes);
    return plan;
}

size_t field_bytes(size_t most)
{
    size_t bytes = 1;
    while (bytes < sizeof most && most >> (8 * bytes) != 0)
        ++bytes;
    return bytes;
}

//! Length field and payload for a block of that many bytes; nothing where none fits.
void divide_block(LinkPlan& plan)
{
    for (size_t length_bytes = 1; length_bytes <= sizeof(size_t); ++length_bytes) {
        const size_t overhead = length_bytes + link_crc_bytes;
        if (plan.block_bytes < overhead) {
            plan = {};
            return;
        }
        plan.length_bytes = length_bytes;
        plan.payload_bytes = plan.block_bytes - overhead;
        if (field_bytes(plan.payload_bytes) <= length_bytes)
            return;
    }
}

//! \p whole divided evenly into \p count parts: where each starts, and the end.
std::vector<size_t> even_starts(size_t whole, size_t count)
{
    std::vector<size_t> starts(count + 1);
    for (size_t i = 0; i <= count; ++i)
        starts[i] = whole / count * i + std::min(i, whole % count);
    return starts;
}

/*! Parity bits in an order to puncture them in, half of them. Every check has one bit in
 *  each of two columns of the dual diagonal that stand side by side. Only those of every
 *  other column are punctured, so no check loses two of them. Within a column they are
 *  far apart. */
std::vector<int> puncturing_order(const LdpcCode& code)
{
    const int size = code.block_size();
    const int columns = (code.length() - code.message_length()) / size;
    int stride = static_cast<int>(std::lround(size * (std::sqrt(5.0) - 1) / 2));
    while (std::gcd(stride, size) != 1)
        ++stride;
    std::vector<int> order;
    for (int i = 0; i < size; ++i)
        for (int column = 1; column < columns; column += 2)
            order.push_back(column * size + i * stride % size);
    return order;
}

} // namespace

LinkPlan plan_link(size_t bits, CodeRate rate)
{
    std::vector<LinkPlan> plans; // lengths rise
    size_t most = 0;
    for (const int length : LdpcCode::lengths)
        for (const size_t count : { bits / length, bits / length + 1 }) {
            plans.push_back(plan_codewords(bits, length, count, ratio_of(rate)));
            most = std::max(most, plans.back().block_bytes);
        }
    LinkPlan best;
    for (const auto& plan : plans) {
        const bool longer = plan.code_length > best.code_length;
        if (plan.block_bytes * gain_of_shorter_code >= most &&
            (longer || plan.block_bytes > best.block_bytes))
            best = plan;
    }
    divide_block(best);
    return best;
}

LinkLayout::LinkLayout(size_t slots, size_t bits, CodeRate rate)
    : plan(plan_link(bits, rate))
{
    if (plan.code_length == 0)
        return;
    code = LdpcCode::get(plan.code_length, rate);
    const size_t messages = 8 * plan.block_bytes;
    message_starts = even_starts(messages, plan.codewords);
    coded_starts = even_starts(plan.coded_bits - messages, plan.codewords);
    for (size_t i = 0; i <= plan.codewords; ++i)
        coded_starts[i] += message_starts[i];
    puncturing = puncturing_order(*code);

    // Every coded bit as often as every other, give or take one; then shuffled. Neither
    // std::shuffle() nor a distribution: these differ between standard libraries.
    coded_of_slot.resize(slots);
    for (size_t slot = 0; slot < slots; ++slot)
        coded_of_slot[slot] = static_cast<uint32_t>(slot % plan.coded_bits);
    std::mt19937 random(interleaver_seed);
    for (size_t left = slots; left > 1; --left) {
        const auto chosen = static_cast<size_t>(uint64_t{ random() } * left >> 32);
        std::swap(coded_of_slot[left - 1], coded_of_slot[chosen]);
    }
}

std::vector<int> LinkLayout::sent_positions(size_t number) const
{
    const auto message =
        static_cast<int>(message_starts[number + 1] - message_starts[number]);
    const auto coded = static_cast<int>(coded_starts[number + 1] - coded_starts[number]);
    const int first_parity = code->message_length();
    const int parities = code->length() - first_parity;
    std::vector<bool> sent(parities, true);
    for (int i = 0; i < parities - (coded - message); ++i)
        sent[puncturing[i]] = false;
    std::vector<int> positions(message);
    std::iota(positions.begin(), positions.end(), 0);
    for (int i = 0; i < parities; ++i)
        if (sent[i])
            positions.push_back(first_parity + i);
    return positions;
}

} // namespace djescc
