/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// ZeroMQ sockets between processes, or the refusal of a program without gr-zeromq.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/zmq_port.h"

#include "air/sample_port.h"
#include <djescc/error.h>
#ifdef DJESCC_HAVE_ZEROMQ
#include <gnuradio/zeromq/pull_source.h>
#include <gnuradio/zeromq/push_sink.h>
#endif

namespace {

#ifdef DJESCC_HAVE_ZEROMQ

constexpr int timeout_ms = 100; // how long a stop may take to be noticed
constexpr int queued_messages = 16;
constexpr bool pass_tags = true;

template <typename Make>
gr::basic_block_sptr make_block(Make make, std::size_t item_size, std::string address)
{
    try {
        return make(item_size, address.data());
    } catch (const std::exception& error) {
        throw djescc::ConfigError("zmq:" + address + " cannot be used: " + error.what() +
                                  " (addresses are tcp://HOST:PORT or ipc://PATH, and "
                                  "only one sender binds each)");
    }
}

#else

[[noreturn]] void refuse()
{
    throw djescc::ConfigError(
        "this djescc was built without gr-zeromq, so zmq:... cannot "
        "be used");
}

#endif

class ZmqPort : public SamplePort
{
public:
    explicit ZmqPort(gr::basic_block_sptr block) : d_block(std::move(block)) {}
    gr::basic_block_sptr block() override { return d_block; }

private:
    gr::basic_block_sptr d_block;
};

} // namespace

#ifdef DJESCC_HAVE_ZEROMQ

gr::basic_block_sptr make_zmq_sink(std::size_t item_size, const std::string& address)
{
    const auto make = [](std::size_t size, char* bound) {
        return gr::zeromq::push_sink::make(
            size, 1, bound, timeout_ms, pass_tags, queued_messages);
    };
    return make_block(make, item_size, address);
}

gr::basic_block_sptr make_zmq_source(std::size_t item_size, const std::string& address)
{
    const auto make = [](std::size_t size, char* connected) {
        return gr::zeromq::pull_source::make(
            size, 1, connected, timeout_ms, pass_tags, queued_messages);
    };
    return make_block(make, item_size, address);
}

#else

gr::basic_block_sptr make_zmq_sink(std::size_t, const std::string&) { refuse(); }
gr::basic_block_sptr make_zmq_source(std::size_t, const std::string&) { refuse(); }

#endif

std::unique_ptr<SamplePort> open_zmq_sink(const std::string& address)
{
    return std::make_unique<ZmqPort>(make_zmq_sink(sizeof(gr_complex), address));
}

std::unique_ptr<SamplePort> open_zmq_source(const std::string& address)
{
    return std::make_unique<ZmqPort>(make_zmq_source(sizeof(gr_complex), address));
}
#endif
