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
constexpr size_t crc_offset = burst_header::size - 4;

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

uint32_t crc_of(const burst_header::bytes& packed)
{
    boost::crc_32_type crc;
    crc.process_bytes(packed.data(), crc_offset);
    return crc.checksum();
}

bool consistent(const burst_header& header)
{
    const auto good_shape = [](const ::djescc::ImageShape& shape) {
        return shape.channels > 0 && shape.height > 0 && shape.width > 0;
    };
    return good_shape(header.shape) && (!header.plain || good_shape(*header.plain)) &&
           header.bursts > 0 && header.burst < header.bursts &&
           header.image_symbols >= header.bursts &&
           header.symbols ==
               symbols_of_burst(header.image_symbols, header.bursts, header.burst);
}

} // namespace

burst_header::bytes burst_header::pack() const
{
    bytes packed{};
    byte_writer out(packed.data());
    out.put(version, 1);
    out.put((authenticated ? flag_authenticated : 0u) |
                (enciphered ? flag_enciphered : 0u) | (spread ? flag_spread : 0u),
            1);
    out.put(session, 2);
    out.put(fingerprint, 8);
    out.put(image, 4);
    out.put(static_cast<uint64_t>(shape.height), 2);
    out.put(static_cast<uint64_t>(shape.width), 2);
    out.put(static_cast<uint64_t>(shape.channels), 1);
    const ::djescc::ImageShape original = plain.value_or(::djescc::ImageShape{ 0, 0, 0 });
    out.put(static_cast<uint64_t>(original.channels), 1);
    out.put(static_cast<uint64_t>(original.height), 2);
    out.put(static_cast<uint64_t>(original.width), 2);
    out.put(image_symbols, 4);
    out.put(burst, 2);
    out.put(bursts, 2);
    out.put(symbols, 2);
    out.put(static_cast<uint16_t>(power_scale), 2);
    out.put(counter, 8);
    std::copy(tag.begin(), tag.end(), packed.begin() + tagged_size);
    byte_writer(packed.data() + crc_offset).put(crc_of(packed), 4);
    return packed;
}

std::optional<burst_header> burst_header::unpack(const bytes& packed)
{
    if (byte_reader(packed.data() + crc_offset).get(4) != crc_of(packed)) {
        return std::nullopt;
    }
    byte_reader in(packed.data());
    if (in.get(1) != version) {
        return std::nullopt;
    }
    burst_header header;
    const uint64_t flags = in.get(1);
    if (flags & ~uint64_t(flag_authenticated | flag_enciphered | flag_spread)) {
        return std::nullopt;
    }
    header.authenticated = (flags & flag_authenticated) != 0;
    header.enciphered = (flags & flag_enciphered) != 0;
    header.spread = (flags & flag_spread) != 0;
    header.session = static_cast<uint16_t>(in.get(2));
    header.fingerprint = in.get(8);
    header.image = static_cast<uint32_t>(in.get(4));
    header.shape.height = static_cast<int64_t>(in.get(2));
    header.shape.width = static_cast<int64_t>(in.get(2));
    header.shape.channels = static_cast<int64_t>(in.get(1));
    ::djescc::ImageShape plain{ 0, 0, 0 };
    plain.channels = static_cast<int64_t>(in.get(1));
    plain.height = static_cast<int64_t>(in.get(2));
    plain.width = static_cast<int64_t>(in.get(2));
    if (plain.channels > 0) {
        header.plain = plain;
    }
    header.image_symbols = static_cast<uint32_t>(in.get(4));
    header.burst = static_cast<uint16_t>(in.get(2));
    header.bursts = static_cast<uint16_t>(in.get(2));
    header.symbols = static_cast<uint16_t>(in.get(2));
    header.power_scale = static_cast<int16_t>(static_cast<uint16_t>(in.get(2)));
    header.counter = in.get(8);
    std::copy_n(packed.begin() + tagged_size, header_guard::tag_size, header.tag.begin());
    if (!consistent(header)) {
        return std::nullopt;
    }
    return header;
}

} // namespace djescc
} // namespace gr
