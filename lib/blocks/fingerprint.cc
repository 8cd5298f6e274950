/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads and writes fingerprints as hexadecimal digits.

#include "blocks/fingerprint.h"

#include <cctype>
#include <cstdio>
#include <djescc/error.h>

namespace gr {
namespace djescc {

uint64_t parse_fingerprint(const std::string& digits)
{
    constexpr size_t length = 16;
    bool good = digits.size() == length;
    for (const char digit : digits) {
        good = good && std::isxdigit(static_cast<unsigned char>(digit));
    }
    if (!good) {
        throw ::djescc::ConfigError(
            "'" + digits + "' is no fingerprint, which has 16 hexadecimal digits");
    }
    return std::stoull(digits, nullptr, 16);
}

std::string format_fingerprint(uint64_t fingerprint)
{
    char digits[17];
    std::snprintf(
        digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(fingerprint));
    return digits;
}

} // namespace djescc
} // namespace gr
