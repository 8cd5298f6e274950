/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Random numbers and orders from a key. */
#pragma once

#include "keys/crypto.h"
#include <cstddef>
#include <cstdint>
#include <djescc/keys/secret_key.h>
#include <vector>

namespace djescc {

//! Random numbers from a key that is used once: the same key, the same numbers.
class ChaChaKeystream
{
public:
    explicit ChaChaKeystream(SecretKey key);

    uint32_t next();

    /*! A number from 0 to \p bound - 1, all equally likely (Lemire, 2019: a product
     *  instead of a division, and the few values thrown away that would be too many). */
    uint32_t below(uint32_t bound);

    //! \p size bytes, a word's lowest one first; what is left of the last word is lost.
    void fill(uint8_t* bytes, std::size_t size);

private:
    void refill();

    SecretKey d_key;
    std::vector<uint8_t> d_bytes;
    std::size_t d_position;
    uint64_t d_next_block = 0;
};

/*! The numbers from 0 to \p count - 1 in an order that is as likely as any other, by
 *  Fisher and Yates in Durstenfeld's form. \p count is below 2^32. */
std::vector<uint32_t> random_order(ChaChaKeystream& keystream, std::size_t count);

} // namespace djescc
