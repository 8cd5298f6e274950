/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Keeps the numbers of the receiver's newest status message.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/link_monitor.h"

#include <gnuradio/io_signature.h>

LinkMonitor::LinkMonitor()
    : gr::block("link_monitor",
                gr::io_signature::make(0, 0, 0),
                gr::io_signature::make(0, 0, 0))
{
    message_port_register_in(pmt::mp("in"));
    set_msg_handler(pmt::mp("in"), [this](const pmt::pmt_t& message) { take(message); });
}

std::shared_ptr<LinkMonitor> LinkMonitor::make()
{
    return gnuradio::get_initial_sptr(new LinkMonitor);
}

void LinkMonitor::take(const pmt::pmt_t& message)
{
    if (!pmt::is_dict(message))
        return;
    std::map<std::string, double> numbers;
    for (auto items = pmt::dict_items(message); pmt::is_pair(items);
         items = pmt::cdr(items)) {
        const auto item = pmt::car(items);
        if (pmt::is_symbol(pmt::car(item)) && pmt::is_number(pmt::cdr(item)) &&
            !pmt::is_complex(pmt::cdr(item)))
            numbers[pmt::symbol_to_string(pmt::car(item))] =
                pmt::to_double(pmt::cdr(item));
    }
    const std::lock_guard<std::mutex> lock(d_mutex);
    d_newest = std::move(numbers);
}

std::map<std::string, double> LinkMonitor::newest() const
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    return d_newest;
}
#endif
