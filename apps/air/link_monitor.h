/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A block that remembers what the burst receiver last said of the link. */
#pragma once

#include <gnuradio/block.h>
#include <map>
#include <memory>
#include <mutex>
#include <string>

//! Keeps what burst_receiver last said at its message port `status`.
class LinkMonitor : public gr::block
{
public:
    static std::shared_ptr<LinkMonitor> make();

    //! The numbers of the newest message by their names; empty before the first one.
    std::map<std::string, double> newest() const;

private:
    LinkMonitor();
    void take(const pmt::pmt_t& message);

    mutable std::mutex d_mutex;
    std::map<std::string, double> d_newest;
};
