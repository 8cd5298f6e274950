/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Adds up the times of parts under a lock.

#include <djescc/net/part_times.h>

#include <algorithm>
#include <atomic>
#include <djescc/error.h>
#include <mutex>

namespace djescc {
namespace {

//! The sums of the PartTimes that lives.
struct PartSums {
    std::atomic<bool> wanted{ false };
    std::mutex mutex;
    std::vector<PartTime> sums;
};

PartSums& part_sums()
{
    static PartSums sums;
    return sums;
}

} // namespace

PartTimes::PartTimes()
{
    auto& all = part_sums();
    const std::lock_guard<std::mutex> lock(all.mutex);
    if (all.wanted)
        throw ConfigError("the times of a net's parts are being added up already");
    all.sums.clear();
    all.wanted = true;
}

PartTimes::~PartTimes() { part_sums().wanted = false; }

std::vector<PartTime> PartTimes::times() const
{
    auto& all = part_sums();
    const std::lock_guard<std::mutex> lock(all.mutex);
    return all.sums;
}

PartTimer::PartTimer(const char* part, int64_t pictures)
    : d_part(part_sums().wanted ? part : nullptr), d_pictures(pictures)
{
    if (d_part != nullptr)
        d_start = std::chrono::steady_clock::now();
}

PartTimer::~PartTimer()
{
    if (d_part == nullptr)
        return;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - d_start;
    auto& all = part_sums();
    const std::lock_guard<std::mutex> lock(all.mutex);
    auto sum = std::find_if(all.sums.begin(), all.sums.end(), [&](const PartTime& one) {
        return one.part == d_part;
    });
    if (sum == all.sums.end())
        sum = all.sums.insert(sum, PartTime{ d_part });
    sum->pictures += d_pictures;
    sum->seconds += took.count();
}

} // namespace djescc
