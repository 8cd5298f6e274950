/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  PNG files written by hand, for tests of their reader. */
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace djescc::test {

//! Colour types of the PNG specification, section 11.2.2.
enum class PngColour { grey = 0, rgb = 2, grey_alpha = 4, rgb_alpha = 6 };

/*! A PNG file written without any library, so that reading is tested against the
 *  specification: samples in rows, no filter, stored (uncompressed) deflate blocks. */
class PngBytes
{
public:
    PngBytes(uint32_t width,
             uint32_t height,
             int bit_depth,
             PngColour colour,
             const std::vector<uint16_t>& samples,
             const std::string& exif = {})
    {
        const std::size_t samples_per_row = samples.size() / height;
        std::string rows;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            if (i % samples_per_row == 0) {
                rows += '\0';
            }
            if (bit_depth == 16) {
                rows += static_cast<char>(samples[i] >> 8);
            }
            rows += static_cast<char>(samples[i] & 0xff);
        }
        std::string header = big_endian(width) + big_endian(height);
        header += static_cast<char>(bit_depth);
        header += static_cast<char>(colour);
        header += std::string(3, '\0');
        d_bytes = "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) +
                  (exif.empty() ? "" : chunk("eXIf", exif)) +
                  chunk("IDAT", stored_deflate(rows)) + chunk("IEND", "");
    }

    const std::string& bytes() const { return d_bytes; }

private:
    static std::string big_endian(uint32_t value)
    {
        std::string bytes;
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes += static_cast<char>(value >> shift & 0xff);
        }
        return bytes;
    }

    static uint32_t crc32(const std::string& data)
    {
        uint32_t crc = 0xffffffff;
        for (const unsigned char byte : data) {
            crc ^= byte;
            for (int bit = 0; bit < 8; ++bit) {
                crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
            }
        }
        return ~crc;
    }

    static uint32_t adler32(const std::string& data)
    {
        uint32_t low = 1;
        uint32_t high = 0;
        for (const unsigned char byte : data) {
            low = (low + byte) % 65521;
            high = (high + low) % 65521;
        }
        return high << 16 | low;
    }

    static std::string chunk(const std::string& type, const std::string& data)
    {
        return big_endian(static_cast<uint32_t>(data.size())) + type + data +
               big_endian(crc32(type + data));
    }

    //! One final stored block; \p data has fewer than 65536 bytes.
    static std::string stored_deflate(const std::string& data)
    {
        const auto size = static_cast<uint16_t>(data.size());
        const auto inverse = static_cast<uint16_t>(~size);
        std::string stream = "\x78\x01\x01";
        for (const uint16_t value : { size, inverse }) {
            stream += static_cast<char>(value & 0xff);
            stream += static_cast<char>(value >> 8);
        }
        return stream + data + big_endian(adler32(data));
    }

    std::string d_bytes;
};

} // namespace djescc::test
