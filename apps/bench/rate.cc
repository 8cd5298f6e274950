/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Times calls and watches counters after a warm-up.

#include "bench/rate.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <djescc/error.h>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int warm_up_calls = 2;
// Each look takes a core from the nets for a moment.
constexpr std::chrono::milliseconds poll_interval{ 5 };
// The first calls of a new thread and of a new batch size are slow.
constexpr double warm_up_seconds = 0.5;
constexpr std::chrono::minutes patience{ 1 };

double seconds_between(Clock::time_point start, Clock::time_point end)
{
    return std::chrono::duration<double>(end - start).count();
}

double processor_seconds()
{
    struct timespec time = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Sample {
    uint64_t count;
    Clock::time_point time;
};

//! The counter's next step after \p count.
Sample next_step(const std::function<uint64_t()>& counter, uint64_t count)
{
    const auto start = Clock::now();
    for (;;) {
        const Sample sample{ counter(), Clock::now() };
        if (sample.count != count)
            return sample;
        if (sample.time - start > patience)
            throw djescc::Error(
                "no picture came through for a minute: use smaller "
                "pictures or batches");
        std::this_thread::sleep_for(poll_interval);
    }
}

} // namespace

double call_rate(double seconds, const std::function<void()>& call)
{
    for (int i = 0; i < warm_up_calls; i++)
        call();
    const auto start = Clock::now();
    double elapsed = 0;
    int64_t calls = 0;
    while (elapsed < seconds) {
        call();
        calls++;
        elapsed = seconds_between(start, Clock::now());
    }
    return static_cast<double>(calls) / elapsed;
}

CounterRate
counter_rate(const std::function<uint64_t()>& counter, double seconds, uint64_t least)
{
    Sample first{ counter(), Clock::now() };
    const uint64_t warm = first.count + least;
    const auto start = first.time;
    while (first.count < warm || seconds_between(start, first.time) < warm_up_seconds)
        first = next_step(counter, first.count);
    const double processor_start = processor_seconds();
    Sample last = first;
    while (seconds_between(first.time, last.time) < seconds ||
           last.count < first.count + least)
        last = next_step(counter, last.count);
    const auto count = static_cast<double>(last.count - first.count);
    return { count / seconds_between(first.time, last.time),
             (processor_seconds() - processor_start) / count };
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}
