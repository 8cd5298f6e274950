/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Walks over a JPEG's markers to see whether its end is there.

#include "image/jpeg_end.h"

#include <cstddef>

namespace djescc {

namespace {
constexpr unsigned marker_prefix = 0xff;
constexpr unsigned start_of_image = 0xd8;
constexpr unsigned end_of_image = 0xd9;
constexpr unsigned first_restart = 0xd0;
constexpr unsigned last_restart = 0xd7;

//! Markers that stand alone, without a length; in scans also a stuffed 0xff byte.
bool has_no_length(unsigned marker)
{
    return marker == 0 || marker == 1 || marker == start_of_image ||
           (marker >= first_restart && marker <= last_restart);
}
} // namespace

bool is_jpeg(const std::string& bytes)
{
    return bytes.compare(0, 3, "\xff\xd8\xff") == 0;
}

bool jpeg_is_complete(const std::string& bytes)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    std::size_t position = 0;
    while (true) {
        // Entropy-coded data, if any, up to the next marker; fill bytes may precede it.
        while (position < bytes.size() && byte(position) != marker_prefix) {
            ++position;
        }
        while (position < bytes.size() && byte(position) == marker_prefix) {
            ++position;
        }
        if (position >= bytes.size()) {
            return false;
        }
        const unsigned marker = byte(position++);
        if (marker == end_of_image) {
            return true;
        }
        if (has_no_length(marker)) {
            continue;
        }
        if (position + 2 > bytes.size()) {
            return false;
        }
        position += byte(position) * 256u + byte(position + 1);
    }
}

} // namespace djescc
