/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Whole frames from items and tags that come in pieces of any size. */
#pragma once

#include "blocks/drop_reason.h"
#include "blocks/frame.h"
#include "blocks/frame_counters.h"
#include "blocks/frame_tag.h"
#include "radio/dsp/value_runs.h"
#include <algorithm>
#include <cstdint>
#include <deque>
#include <djescc/image/pixel_layout.h>
#include <gnuradio/tags.h>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace gr {
namespace djescc {

/*! Turns items and tags, cut by the scheduler as it likes, into whole frames.
 *
 *  Images are kept as nets take them, C x H x W, everything else as it came.
 *
 *  A frame begins at an item with a tag `packet_len` or `frame`. A frame that cannot be
 *  used is counted and left out whole, up to the next such tag. Waiting frames are
 *  bounded: while waiting_limit_reached() no new frame is begun, and items stay with the
 *  caller.
 */
template <class Item>
class frame_gatherer
{
public:
    /*!
     * \param content  what the tags must say
     * \param max_frames  no frame is begun while so many wait, at least 1
     * \param max_items  nor while the waiting frames hold so many items
     * \param counters  of the owner; outlives this
     */
    frame_gatherer(frame_content content,
                   size_t max_frames,
                   size_t max_items,
                   frame_counters& counters)
        : d_content(content)
        , d_max_frames(max_frames)
        , d_max_items(max_items)
        , d_counters(counters)
        , d_memory(max_frames + 1, max_items)
    {
    }

    /*! Take items.
     *  \param first_offset  absolute offset of items[0]
     *  \param tags  at least those of the items, sorted by offset
     *  \return how many were taken; fewer than \p count only at the limit */
    size_t push(const Item* items,
                size_t count,
                uint64_t first_offset,
                const std::vector<gr::tag_t>& tags)
    {
        auto tag = tags.begin();
        size_t position = 0;
        while (position < count) {
            const uint64_t offset = first_offset + position;
            while (tag != tags.end() && (tag->offset < offset || !is_frame_tag(*tag))) {
                ++tag;
            }
            if (tag != tags.end() && tag->offset == offset) {
                if (waiting_limit_reached()) {
                    break;
                }
                begin(collect_frame_tags(tag, tags.end()));
            }
            size_t run = count - position;
            while (tag != tags.end() && !is_frame_tag(*tag)) {
                ++tag;
            }
            if (tag != tags.end() && tag->offset < offset + run) {
                run = static_cast<size_t>(tag->offset - offset);
            }
            position += take(items + position, run);
        }
        return position;
    }

    //! The stream ends here: a frame that is not complete is counted as truncated.
    void finish()
    {
        if (d_state == state::gathering) {
            d_counters.drop(drop_reason::truncated, "end of the stream");
        }
        d_current = {};
        d_state = state::between;
    }

    bool waiting_limit_reached() const
    {
        return d_waiting.size() >= d_max_frames || d_waiting_items >= d_max_items;
    }

    //! Whole frames, oldest first.
    const std::deque<frame<Item>>& waiting() const { return d_waiting; }

    //! Remove the oldest waiting frame; there must be one.
    frame<Item> pop()
    {
        frame<Item> oldest = std::move(d_waiting.front());
        d_waiting.pop_front();
        d_waiting_items -= oldest.length;
        return oldest;
    }

private:
    enum class state {
        between,   //!< at the stream's begin or after a whole frame
        gathering, //!< in a frame
        skipping,  //!< in a bad frame, or in stray items that are counted already
    };

    void begin(const frame_tag& tag)
    {
        if (d_state == state::gathering) {
            d_counters.drop(drop_reason::truncated,
                            std::to_string(d_gathered) + " of " +
                                std::to_string(d_current.length) + " items");
        }
        d_current = {};
        d_gathered = 0;
        d_finite = true;
        d_state = state::skipping;
        d_counters.count_in();
        auto start = check_frame_tag(tag, d_content);
        if (!start.bad.empty()) {
            d_counters.drop(start.bad, start.detail);
            return;
        }
        d_current.info = std::move(start.info);
        d_current.tag = std::move(start.tag);
        d_current.length = start.length;
        try {
            d_current.items = d_memory.get(start.length);
        } catch (const std::bad_alloc&) {
            d_counters.drop(drop_reason::bad_packet_len,
                            "no memory for " + std::to_string(start.length) + " items");
            return;
        }
        d_state = state::gathering;
    }

    //! Use up to \p count items, none of which begins a frame. Returns how many, above 0.
    size_t take(const Item* items, size_t count)
    {
        if (d_state == state::between) {
            d_counters.drop(drop_reason::stray_items, "no frame begins here");
            d_state = state::skipping;
        }
        if (d_state == state::skipping) {
            return count;
        }
        const size_t taken = std::min(count, d_current.length - d_gathered);
        d_finite = all_finite(items, taken) && d_finite;
        store(items, taken);
        d_gathered += taken;
        if (d_gathered == d_current.length) {
            complete();
        }
        return taken;
    }

    void store(const Item* items, size_t count)
    {
        if constexpr (std::is_same_v<Item, float>) {
            if (d_content == frame_content::image) {
                const auto channels = static_cast<size_t>(d_current.info.shape.channels);
                const size_t pixels = d_current.length / channels;
                float* const planes = d_current.items.get();
                ::djescc::planes_from_items(
                    items, d_gathered, count, pixels, channels, planes);
                return;
            }
        }
        std::copy_n(items, count, d_current.items.get() + d_gathered);
    }

    void complete()
    {
        if (d_finite) {
            d_waiting_items += d_current.length;
            d_waiting.push_back(std::move(d_current));
        } else {
            d_counters.drop(drop_reason::not_finite,
                            "frame " + std::to_string(d_current.info.id));
        }
        d_current = {};
        d_state = state::between;
    }

    const frame_content d_content;
    const size_t d_max_frames;
    const size_t d_max_items;
    frame_counters& d_counters;
    frame_memory<Item> d_memory;

    state d_state = state::between;
    frame<Item> d_current;
    size_t d_gathered = 0;
    bool d_finite = true;
    std::deque<frame<Item>> d_waiting;
    size_t d_waiting_items = 0;
};

} // namespace djescc
} // namespace gr
