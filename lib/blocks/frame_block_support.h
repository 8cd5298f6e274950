/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What frame_block needs that does not depend on its types: sizes of buffers, tags,
 *  registered counters. */
#pragma once

#include "blocks/frame_drainer.h"
#include <cstddef>
#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/tags.h>
#include <vector>

namespace gr {
namespace djescc {

/*! Output buffers hold at least so many items, dozens of small images or two of 256 x 256
 *  and more, so that a block finds a batch waiting and one that runs ahead for a moment
 *  need not stop. Longer frames pass through in pieces. */
template <class Item>
inline constexpr long min_output_items = (1 << 21) / sizeof(Item);

//! Frames that wait in a block hold no more items than this (32 MiB of floats), or there
//! is only one.
inline constexpr size_t max_waiting_items = size_t(1) << 23;

//! Tags are asked for by so many items at a time.
inline constexpr size_t tag_window_items = size_t(1) << 15;

/*! The two tags of every frame that begins in a piece of output.
 *  \param first_offset  absolute offset of the piece's first item
 *  \param source  alias of the block, for the tags' srcid */
std::vector<gr::tag_t> make_frame_tags(const std::vector<drained_start>& starts,
                                       uint64_t first_offset,
                                       const pmt::pmt_t& source);

/*! To be called when a block stops, so that its buffer is as large at the next start. GNU
 *  Radio notes the size that it chose as the most that is allowed, and at the next start
 *  heeds that instead of the least that the block asked for. */
void keep_output_buffer(gr::block& block);

/*! Make the counters of a block that is a frame_statistics known to ControlPort; does
 *  nothing where GNU Radio was built without it. */
void register_statistics(gr::block& block);

} // namespace djescc
} // namespace gr
