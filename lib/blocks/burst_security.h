/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "radio/header_guard.h"
#include "radio/symbol_cipher.h"
#include <memory>
#include <string>

namespace gr {
namespace djescc {

//! What a key gives to one end of a link; both are null without a key.
struct burst_security {
    std::shared_ptr<header_guard> guard;
    std::shared_ptr<symbol_cipher> cipher;
};

/*! \param key_file  empty for no key
 *  \throws djescc::ConfigError for a key file that cannot be used, or where this build
 * has no keys */
burst_security make_transmit_security(const std::string& key_file);
burst_security make_receive_security(const std::string& key_file);

} // namespace djescc
} // namespace gr
