/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A block that keeps a stream open behind its last item. */
#pragma once

#include <algorithm>
#include <chrono>
#include <gnuradio/block.h>
#include <gnuradio/io_signature.h>
#include <memory>
#include <thread>

namespace gr::djescc::test {

/*! Passes complex items on with their tags and never ends by itself, as a socket or a
 *  radio. */
class OpenEnd : public gr::block
{
public:
    static std::shared_ptr<OpenEnd> make()
    {
        return gnuradio::get_initial_sptr(new OpenEnd);
    }

    void forecast(int, gr_vector_int& needed) override
    {
        needed.assign(needed.size(), 0);
    }

    int general_work(int space,
                     gr_vector_int& counts,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        const int count = std::min(space, counts[0]);
        std::copy_n(static_cast<const gr_complex*>(inputs[0]),
                    count,
                    static_cast<gr_complex*>(outputs[0]));
        consume_each(count);
        if (count == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return count;
    }

private:
    OpenEnd()
        : gr::block("open_end",
                    gr::io_signature::make(1, 1, sizeof(gr_complex)),
                    gr::io_signature::make(1, 1, sizeof(gr_complex)))
    {
    }
};

} // namespace gr::djescc::test
