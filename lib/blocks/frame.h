/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "blocks/frame_info.h"
#include <cstddef>
#include <memory>
#include <new>
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
