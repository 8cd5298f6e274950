/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Counts UHD's messages about a transmission and the time tags that mark lost samples.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/event_counters.h"

#include <gnuradio/io_signature.h>
#include <vector>

AsyncEventCounter::AsyncEventCounter()
    : gr::block("async_event_counter",
                gr::io_signature::make(0, 0, 0),
                gr::io_signature::make(0, 0, 0))
{
    message_port_register_in(pmt::mp("in"));
    set_msg_handler(pmt::mp("in"), [this](const pmt::pmt_t& message) { count(message); });
}

std::shared_ptr<AsyncEventCounter> AsyncEventCounter::make()
{
    return gnuradio::get_initial_sptr(new AsyncEventCounter);
}

void AsyncEventCounter::count(const pmt::pmt_t& message)
{
    // (uhd_async_msg . {event_code: a list or tuple of names, ...})
    if (!pmt::is_pair(message) || !pmt::is_dict(pmt::cdr(message)))
        return;
    const auto codes =
        pmt::dict_ref(pmt::cdr(message), pmt::mp("event_code"), pmt::PMT_NIL);
    const std::lock_guard<std::mutex> lock(d_mutex);
    const auto add = [this](const pmt::pmt_t& code) {
        if (pmt::is_symbol(code) && pmt::symbol_to_string(code) != "burst_ack")
            d_counts[pmt::symbol_to_string(code)]++;
    };
    if (pmt::is_symbol(codes)) {
        add(codes);
    } else if (pmt::is_tuple(codes) || pmt::is_vector(codes)) {
        for (std::size_t i = 0; i < pmt::length(codes); i++)
            add(pmt::is_tuple(codes) ? pmt::tuple_ref(codes, i)
                                     : pmt::vector_ref(codes, i));
    } else {
        for (auto rest = codes; pmt::is_pair(rest); rest = pmt::cdr(rest))
            add(pmt::car(rest));
    }
}

std::map<std::string, uint64_t> AsyncEventCounter::counts() const
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    return d_counts;
}

OverrunCounter::OverrunCounter()
    : gr::sync_block("overrun_counter",
                     gr::io_signature::make(1, 1, sizeof(gr_complex)),
                     gr::io_signature::make(0, 0, 0))
{
}

std::shared_ptr<OverrunCounter> OverrunCounter::make()
{
    return gnuradio::get_initial_sptr(new OverrunCounter);
}

int OverrunCounter::work(int item_count, gr_vector_const_void_star&, gr_vector_void_star&)
{
    std::vector<gr::tag_t> tags;
    get_tags_in_window(tags, 0, 0, item_count, pmt::mp("rx_time"));
    d_time_tags += tags.size();
    return item_count;
}

uint64_t OverrunCounter::overruns() const
{
    const uint64_t tags = d_time_tags;
    return tags > 0 ? tags - 1 : 0;
}
#endif
