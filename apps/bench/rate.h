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

//! How fast pictures come out, and what that costs.
struct CounterRate {
    double per_second = 0;
    double processor_seconds = 0; //!< of this process, all threads, for each
};

//! How many pictures have passed the first and the last step of a pipeline.
struct PipelineProgress {
    uint64_t first = 0, last = 0;
};

/*! Rate at which pictures leave a pipeline whose steps run in threads of their own. A
 *  fast step runs ahead until the queue after it is full, and so costs processor time for
 *  pictures that are not counted yet: the measurement begins once this is over.
 *  \param progress  read from this thread
 *  \param seconds   how long to look, longer where that is too short for six batches
 *  \param batch     pictures in one batch
 *  \throws djescc::Error where nothing comes out for a minute */
CounterRate steady_rate(const std::function<PipelineProgress()>& progress,
                        double seconds,
                        uint64_t batch);

//! Middle value (mean of the two middle ones); \p values must not be empty.
double median(std::vector<double> values);
