/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/cipher/cipher.h>

namespace djescc {

//! Cipher `none`: images pass unchanged, for plain DJSCC. No weights, no parameters.
std::unique_ptr<Cipher> make_none_cipher(const nlohmann::json& config);

} // namespace djescc
