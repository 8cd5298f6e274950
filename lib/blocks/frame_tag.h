/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Reading the two tags that begin a frame. */
#pragma once

#include "blocks/frame_info.h"
#include <cstddef>
#include <gnuradio/tags.h>
#include <string>
#include <vector>

namespace gr {
namespace djescc {

//! What a stream's frames are, and so what their tags must say.
enum class frame_content {
    image,   //!< `packet_len` and `frame`; packet_len = width x height x channels
    symbols, //!< `packet_len` and `frame`
    any,     //!< `packet_len`; a `frame` tag is used where it is good
};

//! The values of the tags at a frame's first item; null where a tag is missing.
struct frame_tag {
    pmt::pmt_t packet_len;
    pmt::pmt_t info;
    bool contradictory = false; //!< several packet_len or frame tags that differ
};

//! What the tags promise, or why they are not to be believed.
struct frame_start {
    frame_info info;
    pmt::pmt_t tag; //!< value of the `frame` tag, null without one
    size_t length = 0;
    std::string bad;    //!< reason to drop the frame; empty for a good one
    std::string detail; //!< for the log
};

//! True for tags that begin a frame.
bool is_frame_tag(const gr::tag_t& tag);

/*! Read the frame tags that share the offset of \p tag, and move \p tag behind them. */
frame_tag collect_frame_tags(std::vector<gr::tag_t>::const_iterator& tag,
                             std::vector<gr::tag_t>::const_iterator end);

frame_start check_frame_tag(const frame_tag& tag, frame_content content);

} // namespace djescc
} // namespace gr
