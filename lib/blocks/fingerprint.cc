/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Hexadecimal digits to bytes. */

#include "blocks/fingerprint.h"

#include <algorithm>
#include <cctype>

namespace gr {
namespace djescc {

std::optional<::djescc::Fingerprint> parse_fingerprint(const std::string& digits)
{
    ::djescc::Fingerprint fingerprint{};
    const auto is_digit = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (digits.size() != 2 * fingerprint.size() ||
        !std::all_of(digits.begin(), digits.end(), is_digit)) {
        return std::nullopt;
    }
    for (size_t i = 0; i < fingerprint.size(); i++) {
        fingerprint[i] =
            static_cast<uint8_t>(std::stoul(digits.substr(2 * i, 2), nullptr, 16));
    }
    return fingerprint;
}

} // namespace djescc
} // namespace gr
