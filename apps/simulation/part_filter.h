/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A GNU Radio block that loses the later parts of images. */
#pragma once

#include <cstdint>
#include <gnuradio/block.h>
#include <memory>

/*! Lets frames of symbols pass that are among the first parts of their images, and drops
 *  the others, as where a receiver does not get them. */
class PartFilter : public gr::block
{
public:
    //! \param parts  that pass of every image
    static std::shared_ptr<PartFilter> make(int64_t parts);

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;
    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    explicit PartFilter(int64_t parts);

    int64_t d_parts;
    bool d_passing = false;
};
