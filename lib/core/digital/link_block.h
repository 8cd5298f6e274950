/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block of bytes that a link sends: length field, payload, zeros, CRC; scrambled. */
#pragma once

#include "digital/link_layout.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace djescc {

//! CRC-32 of IEEE 802.3 of the first \p count bytes.
uint32_t link_crc(const std::string& bytes, size_t count);

/*! Adds (exclusive or) a fixed pseudorandom sequence, so that bits 0 and 1 are as
 *  frequent. Twice is not at all. */
void scramble_block(std::string& block);

/*! The block of a payload of at most `plan.payload_bytes`: its length in
 *  `plan.length_bytes`, the payload, zeros up to the CRC, the CRC-32 of all before in 4
 *  bytes; numbers with their lowest byte first; scrambled. */
std::string pack_block(const std::string& payload, const LinkPlan& plan);

/*! The payload of pack_block(). None where the CRC is wrong, the length more than fits,
 *  or what follows the payload not zero.
 *  \param block  `plan.block_bytes` bytes */
std::optional<std::string> unpack_block(std::string block, const LinkPlan& plan);

} // namespace djescc
