/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Counters of frames that came, went and were dropped. */
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace gr {
namespace djescc {

/*! Thread-safe counters of frames, with a line to a log once in a while when frames are
 *  dropped or come as outages: at once for the first, then at most every five seconds. */
class frame_counters
{
public:
    using log_function = std::function<void(const std::string&)>;

    void set_log(log_function log);

    void count_in();
    void count_out();

    //! Count a dropped frame. \p detail goes into the log only.
    void drop(const std::string& reason, const std::string& detail = {});

    //! Count a frame whose image is a mere stand-in: an outage. It is no dropped frame.
    void count_outage();

    //! Count a frame that goes on without a label. It is no dropped frame. \p detail goes
    //! into the log only.
    void count_unlabelled(const std::string& reason, const std::string& detail = {});

    uint64_t frames_in() const;
    uint64_t frames_out() const;
    uint64_t dropped(const std::string& reason) const;
    uint64_t dropped_total() const;
    uint64_t outages() const;
    uint64_t unlabelled() const;

    //! Reason and count of what was dropped.
    std::map<std::string, uint64_t> drops() const;

    //! `frames_in`, `frames_out`, `dropped: <reason>` and `unlabelled: <reason>` for each
    //! reason that occurred, and `outages` where there were any.
    std::map<std::string, uint64_t> all() const;

private:
    using counts = std::map<std::string, uint64_t>;
    static uint64_t total(const counts& by_reason);
    void log(const std::string& line);

    mutable std::mutex d_mutex;
    uint64_t d_frames_in = 0;
    uint64_t d_frames_out = 0;
    uint64_t d_outages = 0;
    counts d_drops;
    counts d_unlabelled;
    log_function d_log;
    bool d_logged = false;
    std::chrono::steady_clock::time_point d_last_log;
};

} // namespace djescc
} // namespace gr
