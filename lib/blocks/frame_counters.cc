/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Counts frames and logs dropped ones now and then.

#include "blocks/frame_counters.h"

#include <utility>

namespace gr {
namespace djescc {

namespace {

constexpr std::chrono::seconds log_interval(5);

std::string with_detail(const std::string& reason, const std::string& detail)
{
    return detail.empty() ? reason : reason + " (" + detail + ")";
}

} // namespace

void frame_counters::set_log(log_function log)
{
    std::lock_guard<std::mutex> lock(d_mutex);
    d_log = std::move(log);
}

void frame_counters::count_in()
{
    std::lock_guard<std::mutex> lock(d_mutex);
    d_frames_in++;
}

void frame_counters::count_out()
{
    std::lock_guard<std::mutex> lock(d_mutex);
    d_frames_out++;
}

void frame_counters::drop(const std::string& reason, const std::string& detail)
{
    std::lock_guard<std::mutex> lock(d_mutex);
    d_drops[reason]++;
    log("dropped: " + with_detail(reason, detail) + "; " +
        std::to_string(total(d_drops)) + " dropped so far");
}

void frame_counters::count_outage()
{
    std::lock_guard<std::mutex> lock(d_mutex);
    d_outages++;
    log("outage: nothing could be decoded; " + std::to_string(d_outages) +
        " outages so far");
}

void frame_counters::count_unlabelled(const std::string& reason,
                                      const std::string& detail)
{
    std::lock_guard<std::mutex> lock(d_mutex);
    d_unlabelled[reason]++;
    log("passed on without a label: " + with_detail(reason, detail) + "; " +
        std::to_string(total(d_unlabelled)) + " such so far");
}

void frame_counters::log(const std::string& line)
{
    const auto now = std::chrono::steady_clock::now();
    if (!d_log || (d_logged && now - d_last_log < log_interval)) {
        return;
    }
    d_logged = true;
    d_last_log = now;
    d_log(line);
}

uint64_t frame_counters::frames_in() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_frames_in;
}

uint64_t frame_counters::frames_out() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_frames_out;
}

uint64_t frame_counters::dropped(const std::string& reason) const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    const auto found = d_drops.find(reason);
    return found == d_drops.end() ? 0 : found->second;
}

uint64_t frame_counters::dropped_total() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return total(d_drops);
}

uint64_t frame_counters::outages() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_outages;
}

uint64_t frame_counters::unlabelled() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return total(d_unlabelled);
}

uint64_t frame_counters::total(const counts& by_reason)
{
    uint64_t sum = 0;
    for (const auto& [reason, count] : by_reason) {
        sum += count;
    }
    return sum;
}

std::map<std::string, uint64_t> frame_counters::drops() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_drops;
}

std::map<std::string, uint64_t> frame_counters::all() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    std::map<std::string, uint64_t> counters{ { "frames_in", d_frames_in },
                                              { "frames_out", d_frames_out } };
    for (const auto& [reason, count] : d_drops) {
        counters["dropped: " + reason] = count;
    }
    for (const auto& [reason, count] : d_unlabelled) {
        counters["unlabelled: " + reason] = count;
    }
    if (d_outages > 0) {
        counters["outages"] = d_outages;
    }
    return counters;
}

} // namespace djescc
} // namespace gr
