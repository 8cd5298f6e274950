/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Remembers counters that passed and forgets the oldest.

#include <djescc/error.h>
#include <djescc/keys/replay_window.h>

namespace djescc {

ReplayWindow::ReplayWindow(uint64_t floor, std::size_t capacity)
    : d_capacity(capacity), d_floor(floor)
{
    if (capacity == 0) {
        throw ConfigError("a replay window of 0 counters lets nothing pass");
    }
}

ReplayWindow::Verdict ReplayWindow::check(uint64_t counter)
{
    if (d_passed.count(counter) > 0) {
        return Verdict::replayed;
    }
    if (counter <= d_floor) {
        return Verdict::stale;
    }
    d_passed.insert(counter);
    if (d_passed.size() > d_capacity) {
        d_floor = *d_passed.begin();
        d_passed.erase(d_passed.begin());
    }
    return Verdict::fresh;
}

} // namespace djescc
