/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A frame's facts as the PMT dictionary of its `frame` tag, and reading PMTs. */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/image/frame_facts.h>
#include <optional>
#include <pmt/pmt.h>
#include <string>
#include <utility>

namespace gr {
namespace djescc {

//! Key of the tag with a frame's number of items.
const pmt::pmt_t& packet_len_key();
//! Key of the tag with a frame's dictionary.
const pmt::pmt_t& frame_key();

//! Most items of a frame; a tag that says more is taken for a lie.
inline constexpr int64_t max_frame_items = int64_t(1) << 28;

//! The number in a PMT that holds an integer of any kind, nothing for another PMT.
std::optional<int64_t> integer_from_pmt(const pmt::pmt_t& value);

//! The finite number in a PMT that holds an integer or a real, nothing for another PMT.
std::optional<double> number_from_pmt(const pmt::pmt_t& value);

/*! A frame's facts, its name, and what else its dictionary, the value of its `frame` tag,
 *  came with.
 *
 *  The entries of the facts are `id`, `width`, `height`, `channels`, `plain_width`,
 *  `plain_height`, `plain_channels`, `model` (16 hexadecimal digits), `snr_db`, `side`
 *  (u8vector), `part`, `parts` and `outage`. The last four are written only where there
 *  are side bytes, several parts or an outage. */
struct frame_info : ::djescc::FrameFacts {
    std::optional<std::string> name;

    frame_info() = default;
    explicit frame_info(::djescc::FrameFacts facts) : FrameFacts(std::move(facts)) {}

    /*! Nothing where \p value is no dictionary, where `id`, `width`, `height` or
     *  `channels` is missing, or where a known entry has the wrong type or is out of
     *  range: sizes below 1 or of more than max_frame_items, a model that is no
     *  fingerprint, an SNR that is not finite, more than 255 side bytes or parts, a part
     *  that is not one of its parts. */
    static std::optional<frame_info> from_pmt(const pmt::pmt_t& value);

    /*! The dictionary that came in, if one did, with the entries above written over it;
     *  entries of what is no longer known are left out. */
    pmt::pmt_t to_pmt() const;

    //! Leave out an entry that came in and is not one of those above.
    //! \return its value, null where there is none
    pmt::pmt_t take(const pmt::pmt_t& key);

    //! Write an entry that is not one of those above.
    void set(const pmt::pmt_t& key, const pmt::pmt_t& value);

    //! \cond
    //! Values of the known entries of a dictionary, null where it has none.
    using entry_values = std::array<pmt::pmt_t, 14>;
    //! \endcond

private:
    //! What came in, with entries that this module does not know.
    pmt::pmt_t d_dictionary = pmt::make_dict();
    //! Its known entries: finding them takes longer than all else here.
    entry_values d_entries;
};

} // namespace djescc
} // namespace gr
