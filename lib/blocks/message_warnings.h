/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Warnings of messages that a block cannot use, in the log and in its counters. */
#pragma once

#include <atomic>
#include <cstdint>
#include <gnuradio/logger.h>
#include <string>

namespace gr {
namespace djescc {

//! A sender that repeats itself a thousand times a second must not fill the disk: the log
//! has the 1st, 10th, 100th, ... message that is no good.
class message_warnings
{
public:
    //! \param what  which port, and what is wrong with the message
    void add(const gr::logger_ptr& log, const std::string& what)
    {
        if (++d_count < d_next) {
            return;
        }
        const std::string count =
            d_count == 1 ? "" : " (" + std::to_string(d_count) + " unusable messages)";
        log->warn("{:s}{:s}", what, count);
        d_next *= 10;
    }

    uint64_t count() const { return d_count; }

private:
    std::atomic<uint64_t> d_count{ 0 };
    uint64_t d_next = 1; //!< of the messages' thread
};

} // namespace djescc
} // namespace gr
