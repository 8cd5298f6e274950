/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How the bits of a picture fill codewords, and codewords a given number of bits. */
#pragma once

#include "digital/ldpc_code.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace djescc {

//! Numbers that follow from how many coded bits can be sent.
struct LinkPlan {
    int code_length = 0;      //!< bits of a codeword; 0: nothing fits
    size_t codewords = 0;     //!< how many
    size_t block_bytes = 0;   //!< message bytes in all codewords: field, payload, CRC
    size_t length_bytes = 0;  //!< of these, the length field's
    size_t payload_bytes = 0; //!< and the most that the payload can take
    size_t coded_bits = 0;    //!< that are sent, neither shortened nor punctured
};

//! Bytes of the CRC-32.
constexpr size_t link_crc_bytes = 4;

/*! The plan for \p bits coded bits: see BitLink for the rules. Its `coded_bits` is not
 *  above \p bits. */
LinkPlan plan_link(size_t bits, CodeRate rate);

//! Where each bit of a transmission stands.
struct LinkLayout {
    LinkPlan plan;
    std::shared_ptr<const LdpcCode> code; //!< null where nothing fits
    //! First of each codeword's message bits in the block, and one past the last's.
    std::vector<size_t> message_starts;
    //! First of each codeword's coded bits, and one past the last's.
    std::vector<size_t> coded_starts;
    //! The coded bit that each of the symbols' bits carries; empty where nothing fits.
    std::vector<uint32_t> coded_of_slot;
    //! Order in which parity bits of a codeword are punctured, counted from its first.
    std::vector<int> puncturing;

    /*! \param slots  bits of all symbols
     *  \param bits   coded bits that they take, \p slots over the repetition */
    LinkLayout(size_t slots, size_t bits, CodeRate rate);

    /*! Positions in codeword \p number of its coded bits, in the order they are counted
     *  in: the message bits, then the parity bits. */
    std::vector<int> sent_positions(size_t number) const;
};

} // namespace djescc
