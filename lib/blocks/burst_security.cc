/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "blocks/burst_security.h"

#include <djescc/error.h>

namespace gr {
namespace djescc {

namespace {

burst_security without_key(const std::string& key_file)
{
    if (!key_file.empty()) {
        throw ::djescc::ConfigError("key file '" + key_file +
                                    "': this build of the module has no keys");
    }
    return {};
}

} // namespace

burst_security make_transmit_security(const std::string& key_file)
{
    return without_key(key_file);
}

burst_security make_receive_security(const std::string& key_file)
{
    return without_key(key_file);
}

} // namespace djescc
} // namespace gr
