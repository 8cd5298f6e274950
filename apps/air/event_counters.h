/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Blocks that count what UHD reports of a stream that went wrong: underflows and
 *  overruns. */
#pragma once

#include <atomic>
#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/sync_block.h>
#include <map>
#include <memory>
#include <mutex>
#include <string>

/*! Counts what UHD's sink tells about its stream at the message port `in`: underflows,
 *  sequence errors, bursts that came too late. */
class AsyncEventCounter : public gr::block
{
public:
    static std::shared_ptr<AsyncEventCounter> make();

    //! Events by the name that UHD gives them, without acknowledgements of bursts.
    std::map<std::string, uint64_t> counts() const;

private:
    AsyncEventCounter();
    void count(const pmt::pmt_t& message);

    mutable std::mutex d_mutex;
    std::map<std::string, uint64_t> d_counts;
};

/*! A sink that counts gaps in a USRP's samples: UHD's source tags the first sample of the
 *  stream and the first one after each overflow with its time. */
class OverrunCounter : public gr::sync_block
{
public:
    static std::shared_ptr<OverrunCounter> make();

    int work(int item_count,
             gr_vector_const_void_star& inputs,
             gr_vector_void_star& outputs) override;

    uint64_t overruns() const;

private:
    OverrunCounter();

    std::atomic<uint64_t> d_time_tags{ 0 };
};
