/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Streams of samples or images between processes over ZeroMQ. */
#pragma once

#include <cstddef>
#include <gnuradio/basic_block.h>
#include <string>

/*! Streams over ZeroMQ (push and pull), with their tags: the sending side binds, the
 *  receiving side connects, and the sender waits until somebody takes what it has.
 *  \throws djescc::ConfigError for an address that cannot be used, or where this program
 *          was built without gr-zeromq */
gr::basic_block_sptr make_zmq_sink(std::size_t item_size, const std::string& address);
gr::basic_block_sptr make_zmq_source(std::size_t item_size, const std::string& address);
