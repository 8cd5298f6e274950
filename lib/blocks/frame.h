/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A gathered frame: its items and what is known of it. */
#pragma once

#include "blocks/frame_info.h"
#include <cstddef>
#include <memory>
#include <new>
#include <vector>
#include <volk/volk.h>

namespace gr {
namespace djescc {

/*! Memory for \p count items, aligned for VOLK and not initialised, so that the pages of
 *  an announced frame cost nothing until its items arrive.
 *  \throws std::bad_alloc */
template <class Item>
std::shared_ptr<Item[]> allocate_items(size_t count)
{
    void* memory = volk_malloc(count * sizeof(Item), volk_get_alignment());
    if (!memory) {
        throw std::bad_alloc();
    }
    return std::shared_ptr<Item[]>(static_cast<Item*>(memory), volk_free);
}

/*! Keeps the memory of small frames for the next ones: a stream's frames mostly have one
 *  length, and memory that was just used is still in the cache. For one thread. */
template <class Item>
class frame_memory
{
public:
    /*! \param max_kept  frames whose memory is kept at most
     *  \param max_items  items that the kept memory has at most */
    frame_memory(size_t max_kept, size_t max_items)
        : d_max_kept(max_kept), d_max_items(max_items)
    {
    }

    //! As allocate_items().
    std::shared_ptr<Item[]> get(size_t count)
    {
        for (const auto& kept : d_kept) {
            if (kept.count == count && kept.items.use_count() == 1) {
                return kept.items;
            }
        }
        auto items = allocate_items<Item>(count);
        if (count <= largest_kept) {
            keep(items, count);
        }
        return items;
    }

private:
    static constexpr size_t largest_kept = size_t(1) << 18;

    struct piece {
        std::shared_ptr<Item[]> items;
        size_t count;
    };

    void keep(const std::shared_ptr<Item[]>& items, size_t count)
    {
        // Another length has come: what lies idle is of no use.
        for (size_t i = d_kept.size(); i-- > 0;) {
            if (d_kept[i].count != count && d_kept[i].items.use_count() == 1) {
                d_kept_items -= d_kept[i].count;
                d_kept.erase(d_kept.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
        if (d_kept.size() < d_max_kept && d_kept_items + count <= d_max_items) {
            d_kept.push_back({ items, count });
            d_kept_items += count;
        }
    }

    const size_t d_max_kept;
    const size_t d_max_items;
    std::vector<piece> d_kept;
    size_t d_kept_items = 0;
};

//! One whole frame in memory of its own.
template <class Item>
struct frame {
    frame_info info; //!< empty where the stream need not have a `frame` tag
    pmt::pmt_t tag;  //!< value of the `frame` tag as it came, null where there was none
    std::shared_ptr<Item[]> items;
    size_t length = 0;
};

} // namespace djescc
} // namespace gr
