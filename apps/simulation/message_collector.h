/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A block that collects the messages of a probe. */
#pragma once

#include <gnuradio/block.h>
#include <memory>
#include <vector>

//! Keeps every message that comes to its port `in`.
class MessageCollector : public gr::block
{
public:
    static std::shared_ptr<MessageCollector> make();

    /*! All messages; call it when the flowgraph has ended. It takes what still waits in
     *  the port's queue, too: a block's thread may end before it has handled everything.
     */
    std::vector<pmt::pmt_t> take();

private:
    MessageCollector();

    std::vector<pmt::pmt_t> d_messages;
};
