/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block power_normalizer, which needs no net. */
#pragma once

#include "blocks/frame_block.h"
#include <gnuradio/djescc/power_normalizer.h>
#include <gnuradio/gr_complex.h>

namespace gr {
namespace djescc {

class power_normalizer_impl : public frame_block<power_normalizer, gr_complex, gr_complex>
{
public:
    power_normalizer_impl();

protected:
    size_t batch_size(const std::deque<frame<gr_complex>>& waiting) const override;
    void process(std::vector<frame<gr_complex>> batch) override;
};

} // namespace djescc
} // namespace gr
