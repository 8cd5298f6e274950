/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Refusal of bursts that were received before or are too old to tell. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <djescc/export.h>
#include <set>

namespace DJESCC_EXPORT djescc {

/*! Lets every counter pass once. It remembers the largest \p capacity counters that
 *  passed; whatever is not above the ones that it had to forget counts as stale. Show it
 *  only counters whose header is authentic, or a forger could move the window. */
class ReplayWindow
{
public:
    enum class Verdict { fresh, replayed, stale };

    static constexpr std::size_t default_capacity = 4096;

    /*! \param floor  counters up to this one are stale from the beginning; 0 for none
     *  \throws ConfigError for a capacity of 0 */
    explicit ReplayWindow(uint64_t floor = 0, std::size_t capacity = default_capacity);

    //! A counter that is fresh here is not fresh again.
    Verdict check(uint64_t counter);

private:
    std::size_t d_capacity;
    uint64_t d_floor;
    std::set<uint64_t> d_passed;
};

} // namespace djescc
