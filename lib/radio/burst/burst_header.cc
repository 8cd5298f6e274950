/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A header to bytes and back, with every check of docs/burst-format.md. */

#include "radio/burst/burst_header.h"

#include "radio/burst/symbol_interleaver.h"
#include <algorithm>
#include <boost/crc.hpp>

namespace gr {
namespace djescc {

namespace {

constexpr uint8_t flag_authenticated = 1;
constexpr uint8_t flag_enciphered = 2;
constexpr uint8_t flag_spread = 4;
constexpr uint8_t flag_extended = 8; // version 2

constexpr int version_1 = 1;
constexpr int version_2 = 2;
constexpr size_t crc_size = 4;
constexpr size_t crc_offset = burst_header::size - crc_size;

using ::djescc::Fingerprint;
using ::djescc::ImageShape;

//! Unsigned integers, most significant byte first.
class byte_writer
{
public:
    explicit byte_writer(uint8_t* out) : d_out(out) {}
    void put(uint64_t value, int bytes)
    {
        for (int i = bytes - 1; i >= 0; i--) {
            *d_out++ = static_cast<uint8_t>(value >> (8 * i));
        }
    }

private:
    uint8_t* d_out;
};

class byte_reader
{
public:
    explicit byte_reader(const uint8_t* in) : d_in(in) {}
    uint64_t get(int bytes)
    {
        uint64_t value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | *d_in++;
        }
        return value;
    }

private:
    const uint8_t* d_in;
};

uint32_t crc_of(const burst_header::bytes& block, const std::vector<uint8_t>& side)
{
    boost::crc_32_type crc;
    crc.process_bytes(block.data(), crc_offset);
    crc.process_bytes(side.data(), side.size());
    return crc.checksum();
}

bool good_shape(const ImageShape& shape)
{
    return shape.channels > 0 && shape.height > 0 && shape.width > 0;
}

//! What both versions promise, and version 2 of what it alone has.
bool consistent(const burst_header& header, int version)
{
    const auto& facts = header.facts;
    // In this order: the last line divides by the number of bursts.
    return good_shape(facts.shape) && (!facts.plain || good_shape(*facts.plain)) &&
           facts.part < facts.parts && (!header.extended || header.side_size > 0) &&
           header.version() == version && header.bursts > 0 &&
           header.burst < header.bursts && header.image_symbols >= header.bursts &&
           header.symbols ==
               symbols_of_burst(header.image_symbols, header.bursts, header.burst);
}

void put_shape(byte_writer& out, const ImageShape& shape)
{
    out.put(static_cast<uint64_t>(shape.height), 2);
    out.put(static_cast<uint64_t>(shape.width), 2);
}

void get_shape(byte_reader& in, ImageShape& shape)
{
    shape.height = static_cast<int64_t>(in.get(2));
    shape.width = static_cast<int64_t>(in.get(2));
}

} // namespace

int burst_header::version() const
{
    return facts.part != 0 || facts.parts != 1 || side_size > 0 ? version_2 : version_1;
}

burst_header::bytes burst_header::pack() const
{
    const bool second = version() == version_2;
    bytes packed{};
    byte_writer out(packed.data());
    out.put(static_cast<uint64_t>(version()), 1);
    out.put((authenticated ? flag_authenticated : 0u) |
                (enciphered ? flag_enciphered : 0u) | (spread ? flag_spread : 0u) |
                (extended ? flag_extended : 0u),
            1);
    out.put(session, 2);
    for (const uint8_t byte : facts.model.value_or(Fingerprint{})) {
        out.put(byte, 1);
    }
    out.put(static_cast<uint32_t>(facts.id), 4);
    put_shape(out, facts.shape);
    out.put(static_cast<uint64_t>(facts.shape.channels), 1);
    const ImageShape original = facts.plain.value_or(ImageShape{ 0, 0, 0 });
    out.put(static_cast<uint64_t>(original.channels), 1);
    put_shape(out, original);
    out.put(image_symbols, 4);
    out.put(burst, 2);
    out.put(bursts, 2);
    if (second) {
        // The number of symbols follows from the three numbers before it.
        out.put(static_cast<uint64_t>(facts.part), 1);
        out.put(static_cast<uint64_t>(facts.parts), 1);
    } else {
        out.put(symbols, 2);
    }
    out.put(static_cast<uint16_t>(power_scale), 2);
    if (second) {
        out.put(side_size, 1);
        out.put(counter, 7);
    } else {
        out.put(counter, 8);
    }
    std::copy(tag.begin(), tag.end(), packed.begin() + tagged_size);
    byte_writer(packed.data() + crc_offset).put(crc_of(packed, {}), crc_size);
    return packed;
}

std::optional<burst_header> burst_header::unpack(const bytes& packed)
{
    if (byte_reader(packed.data() + crc_offset).get(crc_size) != crc_of(packed, {})) {
        return std::nullopt;
    }
    byte_reader in(packed.data());
    const auto version = static_cast<int>(in.get(1));
    if (version != version_1 && version != version_2) {
        return std::nullopt;
    }
    const bool second = version == version_2;
    burst_header header;
    auto& facts = header.facts;
    const uint64_t flags = in.get(1);
    const uint64_t known = flag_authenticated | flag_enciphered | flag_spread |
                           (second ? flag_extended : 0u);
    if (flags & ~known) {
        return std::nullopt;
    }
    header.authenticated = (flags & flag_authenticated) != 0;
    header.enciphered = (flags & flag_enciphered) != 0;
    header.spread = (flags & flag_spread) != 0;
    header.extended = (flags & flag_extended) != 0;
    header.session = static_cast<uint16_t>(in.get(2));
    Fingerprint model{};
    for (auto& byte : model) {
        byte = static_cast<uint8_t>(in.get(1));
    }
    if (model != Fingerprint{}) {
        facts.model = model;
    }
    facts.id = static_cast<int64_t>(in.get(4));
    get_shape(in, facts.shape);
    facts.shape.channels = static_cast<int64_t>(in.get(1));
    ImageShape plain{ 0, 0, 0 };
    plain.channels = static_cast<int64_t>(in.get(1));
    get_shape(in, plain);
    if (plain.channels > 0) {
        facts.plain = plain;
    }
    header.image_symbols = static_cast<uint32_t>(in.get(4));
    header.burst = static_cast<uint16_t>(in.get(2));
    header.bursts = static_cast<uint16_t>(in.get(2));
    if (second) {
        facts.part = static_cast<int64_t>(in.get(1));
        facts.parts = static_cast<int64_t>(in.get(1));
        if (header.bursts > 0) {
            // More than a burst holds does not fit the number, which consistent() sees.
            header.symbols = static_cast<uint16_t>(
                symbols_of_burst(header.image_symbols, header.bursts, header.burst));
        }
    } else {
        header.symbols = static_cast<uint16_t>(in.get(2));
    }
    header.power_scale = static_cast<int16_t>(static_cast<uint16_t>(in.get(2)));
    if (second) {
        header.side_size = static_cast<uint8_t>(in.get(1));
        header.counter = in.get(7);
    } else {
        header.counter = in.get(8);
    }
    std::copy_n(packed.begin() + tagged_size, header_guard::tag_size, header.tag.begin());
    if (!consistent(header, version)) {
        return std::nullopt;
    }
    return header;
}

std::vector<uint8_t> burst_header::pack_extension() const
{
    if (!extended) {
        return {};
    }
    std::vector<uint8_t> packed = facts.side;
    packed.resize(extension_size());
    byte_writer(packed.data() + side_size).put(crc_of(pack(), facts.side), crc_size);
    return packed;
}

bool burst_header::unpack_extension(const std::vector<uint8_t>& packed)
{
    if (!extended || packed.size() != extension_size()) {
        return false;
    }
    const std::vector<uint8_t> side(packed.begin(), packed.begin() + side_size);
    if (byte_reader(packed.data() + side_size).get(crc_size) != crc_of(pack(), side)) {
        return false;
    }
    facts.side = side;
    return true;
}

std::vector<uint8_t> burst_header::tagged_bytes() const
{
    const auto packed = pack();
    const size_t side = extended ? facts.side.size() : 0;
    std::vector<uint8_t> tagged(tagged_size + side);
    std::copy_n(packed.begin(), tagged_size, tagged.begin());
    std::copy_n(facts.side.begin(), side, tagged.begin() + tagged_size);
    return tagged;
}

} // namespace djescc
} // namespace gr
