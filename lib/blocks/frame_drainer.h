/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Finished frames on their way into output buffers of any size. */
#pragma once

#include "blocks/frame_info.h"
#include <algorithm>
#include <cstddef>
#include <deque>
#include <djescc/image/pixel_layout.h>
#include <memory>
#include <type_traits>
#include <vector>

namespace gr {
namespace djescc {

//! Where in a piece of output a frame begins, and the values of its tags.
struct drained_start {
    size_t index;
    size_t packet_len;
    pmt::pmt_t info; //!< null where the frame has no `frame` tag
};

//! Holds finished frames and hands them out as output space appears.
template <class Item>
class frame_drainer
{
public:
    /*! Queue a frame.
     *  \param items  kept alive until they are handed out
     *  \param info  value of the `frame` tag, null for none
     *  \param channels  above 1: the items are an image as C x H x W, to be handed out as
     *                   H x W x C */
    void push(std::shared_ptr<const Item[]> items,
              size_t length,
              pmt::pmt_t info,
              size_t channels = 1)
    {
        d_frames.push_back({ std::move(items), length, std::move(info), channels });
    }

    bool empty() const { return d_frames.empty(); }

    /*! Copy up to \p space items to \p out.
     *  \param starts  gets an entry for every frame that begins in them
     *  \return how many were copied */
    size_t drain(Item* out, size_t space, std::vector<drained_start>& starts)
    {
        size_t written = 0;
        while (written < space && !d_frames.empty()) {
            const auto& front = d_frames.front();
            if (d_drained == 0) {
                starts.push_back({ written, front.length, front.info });
            }
            const size_t piece = std::min(space - written, front.length - d_drained);
            copy(front, piece, out + written);
            written += piece;
            d_drained += piece;
            if (d_drained == front.length) {
                d_frames.pop_front();
                d_drained = 0;
            }
        }
        return written;
    }

    void clear()
    {
        d_frames.clear();
        d_drained = 0;
    }

private:
    struct finished_frame {
        std::shared_ptr<const Item[]> items;
        size_t length;
        pmt::pmt_t info;
        size_t channels;
    };

    void copy(const finished_frame& from, size_t count, Item* out) const
    {
        if constexpr (std::is_same_v<Item, float>) {
            if (from.channels > 1) {
                const size_t pixels = from.length / from.channels;
                ::djescc::items_from_planes(
                    from.items.get(), d_drained, count, pixels, from.channels, out);
                return;
            }
        }
        std::copy_n(from.items.get() + d_drained, count, out);
    }

    std::deque<finished_frame> d_frames;
    size_t d_drained = 0; //!< items of the first frame that are handed out already
};

} // namespace djescc
} // namespace gr
