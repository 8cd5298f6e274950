/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Packs, scrambles and checks the block of bytes that a link sends.

#include "digital/link_block.h"

#include <algorithm>
#include <array>
#include <random>

namespace djescc {
namespace {

// Any number; sender and receiver have the same.
constexpr uint32_t scrambler_seed = 0x5c4a;
// IEEE 802.3
constexpr uint32_t reflected_polynomial = 0xedb88320;

//! Writes the low \p count bytes of \p number, the lowest first.
void put_number(std::string& bytes, size_t at, uint64_t number, size_t count)
{
    for (size_t i = 0; i < count; ++i)
        bytes[at + i] = static_cast<char>(number >> (8 * i) & 0xff);
}

uint64_t get_number(const std::string& bytes, size_t at, size_t count)
{
    uint64_t number = 0;
    for (size_t i = 0; i < count; ++i)
        number |= uint64_t{ static_cast<uint8_t>(bytes[at + i]) } << (8 * i);
    return number;
}

} // namespace

uint32_t link_crc(const std::string& bytes, size_t count)
{
    static const auto table = [] {
        std::array<uint32_t, 256> entries{};
        for (uint32_t i = 0; i < entries.size(); ++i) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit)
                value = (value >> 1) ^ (value & 1 ? reflected_polynomial : 0U);
            entries[i] = value;
        }
        return entries;
    }();
    uint32_t crc = ~0U;
    for (size_t i = 0; i < count; ++i)
        crc = (crc >> 8) ^ table[(crc ^ static_cast<uint8_t>(bytes[i])) & 0xff];
    return ~crc;
}

void scramble_block(std::string& block)
{
    std::mt19937 random(scrambler_seed);
    for (char& byte : block)
        byte = static_cast<char>(static_cast<uint8_t>(byte) ^ (random() >> 24));
}

std::string pack_block(const std::string& payload, const LinkPlan& plan)
{
    std::string block(plan.block_bytes, '\0');
    put_number(block, 0, payload.size(), plan.length_bytes);
    std::copy(payload.begin(), payload.end(), block.begin() + plan.length_bytes);
    const size_t checked = plan.block_bytes - link_crc_bytes;
    put_number(block, checked, link_crc(block, checked), link_crc_bytes);
    scramble_block(block);
    return block;
}

std::optional<std::string> unpack_block(std::string block, const LinkPlan& plan)
{
    scramble_block(block);
    const size_t checked = plan.block_bytes - link_crc_bytes;
    if (get_number(block, checked, link_crc_bytes) != link_crc(block, checked))
        return std::nullopt;
    const uint64_t length = get_number(block, 0, plan.length_bytes);
    if (length > plan.payload_bytes)
        return std::nullopt;
    const auto end =
        block.begin() + static_cast<std::ptrdiff_t>(plan.length_bytes + length);
    const auto is_zero = [](char byte) { return byte == '\0'; };
    if (!std::all_of(end, block.begin() + static_cast<std::ptrdiff_t>(checked), is_zero))
        return std::nullopt;
    return std::string(block.begin() + static_cast<std::ptrdiff_t>(plan.length_bytes),
                       end);
}

} // namespace djescc
