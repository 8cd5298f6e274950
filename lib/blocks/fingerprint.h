/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Fingerprints as text; djescc::to_string(Fingerprint) is the way back. */
#pragma once

#include <djescc/image/frame_facts.h>
#include <optional>
#include <string>

namespace gr {
namespace djescc {

//! A model's fingerprint from its 16 hexadecimal digits, nothing for any other text.
std::optional<::djescc::Fingerprint> parse_fingerprint(const std::string& digits);

} // namespace djescc
} // namespace gr
