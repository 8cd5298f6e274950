/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Puts the parts of images together that came as frames of their own. */
#pragma once

#include "blocks/frame.h"
#include "blocks/frame_counters.h"
#include <gnuradio/gr_complex.h>
#include <optional>
#include <vector>

namespace gr {
namespace djescc {

/*! Joins frames of symbols that are parts of one image. The parts of an image follow one
 *  another. An image whose later parts are missing goes on with what came of the first
 *  ones; parts without those before them are dropped as `missing part`.
 *
 *  Progressive, an image goes on with every part of it that comes, so that it is there at
 *  once and gets better; its part says up to which one it was joined. */
class part_collector
{
public:
    //! \param counters  of the owner; outlives this
    explicit part_collector(frame_counters& counters) : d_counters(counters) {}

    void set_progressive(bool progressive) { d_progressive = progressive; }

    /*! \param whole  gets what is complete, or as complete as it will be: images of one
     *                part at once; progressive, all that has come */
    void push(frame<gr_complex> part, std::vector<frame<gr_complex>>& whole);

    //! No more parts will come.
    void finish(std::vector<frame<gr_complex>>& whole);

    //! True while an image waits for its next part that has not gone on as it is.
    bool holds_back() const { return d_open.size() > d_gone_on; }

private:
    bool open() const { return !d_open.empty(); }
    bool continues(const frame_info& next) const;

    frame_counters& d_counters;
    std::vector<frame<gr_complex>> d_open; //!< parts 0 to size - 1 of one image
    size_t d_gone_on = 0;                  //!< so many of them have gone on, joined
    bool d_progressive = false;
};

} // namespace djescc
} // namespace gr
