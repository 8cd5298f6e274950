/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Models' fingerprints between tags, which hold digits, and burst headers, which hold
 *  a number. */
#pragma once

#include <cstdint>
#include <string>

namespace gr {
namespace djescc {

/*! A model's fingerprint from its 16 hexadecimal digits.
 *  \throws djescc::ConfigError for anything else */
uint64_t parse_fingerprint(const std::string& digits);

//! The 16 digits.
std::string format_fingerprint(uint64_t fingerprint);

} // namespace djescc
} // namespace gr
