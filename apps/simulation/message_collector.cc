/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Collects messages, those still in the queue included.

#ifdef DJESCC_HAVE_GNURADIO
#include "simulation/message_collector.h"

#include <gnuradio/io_signature.h>
#include <utility>

namespace {
const char* const port_name = "in";
}

MessageCollector::MessageCollector()
    : gr::block("message_collector",
                gr::io_signature::make(0, 0, 0),
                gr::io_signature::make(0, 0, 0))
{
    message_port_register_in(pmt::mp(port_name));
    set_msg_handler(pmt::mp(port_name),
                    [this](const pmt::pmt_t& message) { d_messages.push_back(message); });
}

std::shared_ptr<MessageCollector> MessageCollector::make()
{
    return gnuradio::get_initial_sptr(new MessageCollector());
}

std::vector<pmt::pmt_t> MessageCollector::take()
{
    while (auto message = delete_head_nowait(pmt::mp(port_name)))
        d_messages.push_back(message);
    return std::exchange(d_messages, {});
}
#endif
