/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Rates of calls and of counters, and their median. */
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

/*! Calls a second of \p call, repeated for \p seconds after two calls of warm-up. */
double call_rate(double seconds, const std::function<void()>& call);

//! How fast a counter goes up, and what that costs.
struct CounterRate {
    double per_second = 0;
    double processor_seconds = 0; //!< of this process, all threads, for each count
};

/*! Rate at which a counter that other threads raise goes up, once it moves steadily.
 *  \param counter   read from this thread
 *  \param seconds   how long to look, longer where less than \p least was counted
 *  \param least     counts that one measurement needs, and that pass as warm-up before it
 *  \throws djescc::Error where the counter stands still for a minute */
CounterRate
counter_rate(const std::function<uint64_t()>& counter, double seconds, uint64_t least);

//! Middle value (mean of the two middle ones); \p values must not be empty.
double median(std::vector<double> values);
