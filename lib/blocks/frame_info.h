/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/image/image_shape.h>
#include <optional>
#include <pmt/pmt.h>
#include <string>

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

/*! A frame's dictionary, the value of its `frame` tag. */
struct frame_info {
    int64_t id = 0;
    ::djescc::ImageShape shape{ 0, 0, 0 }; //!< `channels`, `height`, `width`
    std::optional<std::string> name;
    std::optional<::djescc::ImageShape> plain; //!< `plain_channels`, `plain_height`, ...
    std::optional<std::string> model;          //!< fingerprint, 16 hexadecimal digits
    std::optional<double> snr_db;

    /*! Nothing where \p value is no dictionary, where `id`, `width`, `height` or
     *  `channels` is missing, or where a known entry has the wrong type or is out of
     *  range. */
    static std::optional<frame_info> from_pmt(const pmt::pmt_t& value);

    //! The dictionary that came in, if one did, with the entries above written over it.
    pmt::pmt_t to_pmt() const;

    //! Leave out an entry of the dictionary that came in and that is not one of those
    //! above.
    void erase(const pmt::pmt_t& key);

    //! \cond
    //! Values of the known entries of a dictionary, null where it has none.
    using entry_values = std::array<pmt::pmt_t, 10>;
    //! \endcond

private:
    //! What came in, with entries that this module does not know.
    pmt::pmt_t d_dictionary = pmt::make_dict();
    //! Its known entries: finding them takes longer than all else here.
    entry_values d_entries;
};

} // namespace djescc
} // namespace gr
