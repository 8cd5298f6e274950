/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a key file gives to the two ends of a radio link. */
#pragma once

#include "radio/burst/link_security.h"
#include <memory>
#include <string>

namespace gr {
namespace djescc {

//! What a key gives to one end of a link; both are null without a key.
struct burst_security {
    std::shared_ptr<header_guard> guard;
    std::shared_ptr<symbol_cipher> cipher;
};

/*! Keys of djescc/keys for the transmitting end. Its counters' bound is kept in the file
 *  `<key_file>.counter`, which only one transmitter at a time can hold.
 *  \param key_file  empty for no key
 *  \throws djescc::ConfigError for a key file that cannot be used, or where this build
 *          has no keys */
burst_security make_transmit_security(const std::string& key_file);

/*! The receiving end. The window of counters begins empty, so a burst of an earlier run
 *  passes once more unless \p max_age refuses it.
 *  \param max_age  seconds by which a counter, which is a time, may lie behind this
 *                  machine's clock; 0 takes any. It needs clocks that agree.
 *  \throws djescc::ConfigError as above, and for a max_age that is negative or not finite
 */
burst_security make_receive_security(const std::string& key_file, double max_age = 0);

} // namespace djescc
} // namespace gr
