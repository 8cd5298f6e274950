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

// Batches that pass during a measurement at least.
constexpr uint64_t least_batches = 6;
// A pipeline is full once so many batches leave it while one more than that goes in.
constexpr uint64_t steady_batches = 16;

struct Sample {
    PipelineProgress progress;
    Clock::time_point time;

    uint64_t count() const { return progress.last; }
    uint64_t inside() const { return progress.first - progress.last; }
};

//! The next one with pictures that had not come out at \p before.
Sample next_step(const std::function<PipelineProgress()>& progress, const Sample& before)
{
    const auto start = Clock::now();
    for (;;) {
        const Sample sample{ progress(), Clock::now() };
        if (sample.count() != before.count())
            return sample;
        if (sample.time - start > patience)
            throw djescc::Error(
                "no picture came through for a minute: use smaller "
                "pictures or batches");
        std::this_thread::sleep_for(poll_interval);
    }
}

//! Waits until the pipeline is full.
Sample fill(const std::function<PipelineProgress()>& progress, uint64_t batch)
{
    const auto start = Clock::now();
    Sample before{ progress(), start };
    for (;;) {
        Sample now = before;
        while (now.count() < before.count() + steady_batches * batch ||
               seconds_between(start, now.time) < warm_up_seconds)
            now = next_step(progress, now);
        if (now.inside() <= before.inside() + batch)
            return now;
        before = now;
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

CounterRate steady_rate(const std::function<PipelineProgress()>& progress,
                        double seconds,
                        uint64_t batch)
{
    const Sample first = fill(progress, batch);
    const double processor_start = processor_seconds();
    Sample last = first;
    while (seconds_between(first.time, last.time) < seconds ||
           last.count() < first.count() + least_batches * batch)
        last = next_step(progress, last);
    const auto count = static_cast<double>(last.count() - first.count());
    return { count / seconds_between(first.time, last.time),
             (processor_seconds() - processor_start) / count };
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}
