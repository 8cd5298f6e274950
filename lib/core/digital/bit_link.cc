/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Blocks of bytes to codewords to symbols, and all of it backwards.

#include "digital/bit_link.h"
#include "digital/link_block.h"
#include "digital/link_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <random>
#include <stdexcept>

namespace djescc {
namespace {

constexpr int most_repetition = 64;
// 60 dB above what it is compared with; keeps ratios finite.
constexpr float least_noise_power = 1e-6F;
// Surer than any observation; LdpcCode clamps to it.
constexpr float known_bit_llr = 1000.F;
// Of what is sent where nothing fits.
constexpr uint32_t filler_seed = 1;

//! Bit \p number of a byte string, the highest of a byte first.
uint8_t bit_of(const std::string& bytes, size_t number)
{
    return static_cast<uint8_t>(bytes[number / 8]) >> (7 - number % 8) & 1;
}

} // namespace

struct BitLink::LayoutCache {
    std::mutex mutex;
    size_t symbol_count = 0;
    std::shared_ptr<const LinkLayout> layout;
};

BitLink::BitLink(Modulation modulation, CodeRate rate, int repetition)
    : d_constellation(modulation)
    , d_rate(rate)
    , d_repetition(repetition)
    , d_cache(std::make_unique<LayoutCache>())
{
    if (repetition < 1 || repetition > most_repetition)
        throw std::invalid_argument("a digital link that sends each bit " +
                                    std::to_string(repetition) + " times; 1 to " +
                                    std::to_string(most_repetition) + " are allowed");
}

BitLink::~BitLink() = default;

size_t BitLink::most_symbols() const
{
    return std::numeric_limits<uint32_t>::max() / d_constellation.bits_per_symbol();
}

void BitLink::check_symbol_count(size_t symbol_count) const
{
    if (symbol_count > most_symbols())
        throw std::invalid_argument("a digital link of " + std::to_string(symbol_count) +
                                    " symbols; at most " +
                                    std::to_string(most_symbols()) + " are allowed");
}

size_t BitLink::capacity_bytes(size_t symbol_count) const
{
    check_symbol_count(symbol_count);
    const size_t slots = symbol_count * d_constellation.bits_per_symbol();
    return plan_link(slots / d_repetition, d_rate).payload_bytes;
}

std::shared_ptr<const LinkLayout> BitLink::layout(size_t symbol_count) const
{
    check_symbol_count(symbol_count);
    const std::lock_guard lock(d_cache->mutex);
    if (!d_cache->layout || d_cache->symbol_count != symbol_count) {
        const size_t slots = symbol_count * d_constellation.bits_per_symbol();
        d_cache->layout =
            std::make_shared<const LinkLayout>(slots, slots / d_repetition, d_rate);
        d_cache->symbol_count = symbol_count;
    }
    return d_cache->layout;
}

std::vector<std::complex<float>> BitLink::encode(const std::string& bytes,
                                                 size_t symbol_count) const
{
    const auto places = layout(symbol_count);
    const LinkPlan& plan = places->plan;
    if (bytes.size() > plan.payload_bytes)
        throw std::invalid_argument(std::to_string(bytes.size()) + " bytes in " +
                                    std::to_string(symbol_count) +
                                    " symbols of a digital link, which take " +
                                    std::to_string(plan.payload_bytes));
    std::vector<uint8_t> slots(symbol_count * d_constellation.bits_per_symbol());
    if (plan.code_length == 0) {
        std::mt19937 random(filler_seed);
        for (auto& bit : slots)
            bit = random() >> 31;
        return d_constellation.modulate(slots);
    }
    const std::string block = pack_block(bytes, plan);
    std::vector<uint8_t> coded;
    coded.reserve(plan.coded_bits);
    for (size_t i = 0; i < plan.codewords; ++i) {
        std::vector<uint8_t> message(places->code->message_length());
        const size_t start = places->message_starts[i];
        for (size_t bit = start; bit < places->message_starts[i + 1]; ++bit)
            message[bit - start] = bit_of(block, bit);
        const auto codeword = places->code->encode(message);
        for (const int position : places->sent_positions(i))
            coded.push_back(codeword[position]);
    }
    for (size_t slot = 0; slot < slots.size(); ++slot)
        slots[slot] = coded[places->coded_of_slot[slot]];
    return d_constellation.modulate(slots);
}

std::optional<std::string>
BitLink::decode(const std::vector<std::complex<float>>& symbols,
                float noise_power,
                const std::vector<float>& reliabilities) const
{
    return receive(symbols, noise_power, reliabilities).bytes;
}

BitLinkResult BitLink::receive(const std::vector<std::complex<float>>& symbols,
                               float noise_power,
                               const std::vector<float>& reliabilities) const
{
    if (!std::isfinite(noise_power) || noise_power < 0)
        throw std::invalid_argument("a digital link with the noise power " +
                                    std::to_string(noise_power));
    if (!reliabilities.empty() && reliabilities.size() != symbols.size())
        throw std::invalid_argument(std::to_string(reliabilities.size()) +
                                    " reliabilities of " +
                                    std::to_string(symbols.size()) + " symbols");
    const auto places = layout(symbols.size());
    const LinkPlan& plan = places->plan;
    BitLinkResult result;
    if (plan.code_length == 0)
        return result;

    const float noise = std::max(noise_power, least_noise_power);
    std::vector<float> coded(plan.coded_bits);
    const uint32_t* slot = places->coded_of_slot.data();
    for (size_t i = 0; i < symbols.size(); ++i) {
        float llrs[8];
        d_constellation.demodulate(
            symbols[i], noise, reliabilities.empty() ? 1 : reliabilities[i], llrs);
        for (int bit = 0; bit < d_constellation.bits_per_symbol(); ++bit)
            coded[*slot++] += llrs[bit];
    }

    std::string block(plan.block_bytes, '\0');
    result.codewords = static_cast<int>(plan.codewords);
    for (size_t i = 0; i < plan.codewords; ++i) {
        std::vector<float> llrs(places->code->length());
        const size_t start = places->message_starts[i],
                     end = places->message_starts[i + 1];
        std::fill(llrs.begin() + static_cast<std::ptrdiff_t>(end - start),
                  llrs.begin() + places->code->message_length(),
                  known_bit_llr);
        const float* observed = &coded[places->coded_starts[i]];
        for (const int position : places->sent_positions(i))
            llrs[position] = *observed++;
        const auto decoded = places->code->decode(llrs);
        result.failed_codewords += !decoded.valid;
        result.iterations += decoded.iterations;
        for (size_t bit = start; bit < end; ++bit)
            block[bit / 8] =
                static_cast<char>(static_cast<uint8_t>(block[bit / 8]) |
                                  decoded.bits[bit - start] << (7 - bit % 8));
    }
    result.bytes = unpack_block(std::move(block), plan);
    return result;
}

} // namespace djescc
