/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Finds the orientation among the EXIF data of PNG and WebP files.

#include "image/exif_orientation.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace djescc {

namespace {

constexpr int upright = 1;

//! Numbers at places of a file, in either order of bytes; 0 beyond the end.
class NumberReader
{
public:
    NumberReader(std::string_view bytes, bool big_endian)
        : d_bytes(bytes), d_big_endian(big_endian)
    {
    }

    uint32_t get(std::size_t position, std::size_t size) const
    {
        if (position > d_bytes.size() || d_bytes.size() - position < size) {
            return 0;
        }
        uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::size_t at = position + (d_big_endian ? i : size - 1 - i);
            value = value << 8 | static_cast<unsigned char>(d_bytes[at]);
        }
        return value;
    }

private:
    const std::string_view d_bytes;
    const bool d_big_endian;
};

bool is_tiff(std::string_view bytes)
{
    using namespace std::string_view_literals;
    const auto begin = bytes.substr(0, 4);
    return begin == "II*\0"sv || begin == "MM\0*"sv;
}

//! Of the first directory of tags.
int orientation_of_tiff(std::string_view tiff)
{
    constexpr uint32_t orientation_tag = 0x112;
    constexpr std::size_t entry_size = 12;
    if (!is_tiff(tiff)) {
        return upright;
    }
    const NumberReader numbers(tiff, tiff.front() == 'M');
    const std::size_t directory = numbers.get(4, 4);
    const std::size_t count = numbers.get(directory, 2);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t entry = directory + 2 + i * entry_size;
        if (numbers.get(entry, 2) == orientation_tag) {
            const auto value = static_cast<int>(numbers.get(entry + 8, 2));
            return value >= 1 && value <= 8 ? value : upright;
        }
    }
    return upright;
}

/*! The contents of the chunk \p type, empty where there is none.
 *  \param first   where the first chunk begins
 *  \param png     length, type, data, checksum; otherwise type, length, data that fill an
 *                 even number of bytes */
std::string_view
find_chunk(std::string_view bytes, std::size_t first, std::string_view type, bool png)
{
    const NumberReader numbers(bytes, png);
    std::size_t position = first;
    while (position < bytes.size() && bytes.size() - position >= 8) {
        const std::size_t size = numbers.get(position + (png ? 0 : 4), 4);
        if (bytes.substr(position + (png ? 4 : 0), 4) == type) {
            return bytes.substr(position + 8, size);
        }
        position += 8 + size + (png ? 4 : size % 2);
    }
    return {};
}

} // namespace

int exif_orientation(const std::string& bytes)
{
    using namespace std::string_view_literals;
    const std::string_view all = bytes;
    if (all.substr(0, 8) == "\x89PNG\r\n\x1a\n"sv) {
        return orientation_of_tiff(find_chunk(all, 8, "eXIf", /*png=*/true));
    }
    if (all.substr(0, 4) == "RIFF"sv && all.size() >= 12 &&
        all.substr(8, 4) == "WEBP"sv) {
        auto exif = find_chunk(all, 12, "EXIF", /*png=*/false);
        // Some writers keep the prefix that JPEG has.
        constexpr auto prefix = "Exif\0\0"sv;
        if (exif.substr(0, prefix.size()) == prefix) {
            exif.remove_prefix(prefix.size());
        }
        return orientation_of_tiff(exif);
    }
    return upright;
}

} // namespace djescc
