/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The numbers by which keys count frames. */
#pragma once

#include "blocks/frame_info.h"
#include <djescc/runtime/keyed_stages.h>
#include <vector>

namespace gr {
namespace djescc {

//! What a key numbers these frames by.
inline std::vector<uint64_t> counters_of(const std::vector<frame_info>& infos)
{
    std::vector<uint64_t> counters;
    counters.reserve(infos.size());
    for (const auto& info : infos) {
        counters.push_back(::djescc::frame_counter(info.id));
    }
    return counters;
}

} // namespace djescc
} // namespace gr
