/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that brings frames of symbols to average power 1. */
#pragma once

#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <gnuradio/djescc/frame_statistics.h>
#include <memory>

namespace gr {
namespace djescc {

/*!
 * \brief Scales every frame of symbols to average power exactly 1.
 *
 * z * sqrt(k / sum |z|^2) over the frame's k symbols (Bourtsoulatze, Kurka, Gunduz 2019).
 * Input and output: complex64; a frame begins at a `packet_len` tag. The `frame`
 * dictionary is passed on where there is one and not asked for, so symbols that come from
 * elsewhere may be normalised too. Frames with a NaN, an infinite sample or no power at
 * all are dropped and counted.
 *
 * \ingroup djescc
 */
class DJESCC_API power_normalizer : virtual public gr::block, public frame_statistics
{
public:
    using sptr = std::shared_ptr<power_normalizer>;

    //! Make a power normaliser; it has no parameters.
    static sptr make();
};

} // namespace djescc
} // namespace gr
