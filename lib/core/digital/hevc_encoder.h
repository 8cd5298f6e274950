/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  One picture through x265, intra or predicted from another. */
#pragma once

#include "digital/hevc_headers.h"
#include "digital/hevc_planes.h"
#include <memory>

namespace djescc {

/*! An encoder of pictures of one format, one after another, in the caller's time. What it
 *  gives for a picture does not depend on those before.
 *
 *  x265 predicts from what it coded last and cannot go back. So each picture's reference
 *  is put into its memory first, by way of the decoded picture that it hands out, and
 *  coded once more as a picture that equals it: that costs nothing but skipped blocks,
 *  and is checked. */
class HevcEncoder
{
public:
    //! 	hrows ImageError where x265 does not take the format
    explicit HevcEncoder(const HevcFormat& format);
    ~HevcEncoder();

    /*! An intra picture.
     *  \param planes  becomes what a decoder makes of the slice
     *  \param qp      0 to 51
     *  	hrows ImageError where x265 fails */
    HevcSlice encode(HevcPlanes& planes, int qp);

    /*! A picture that is predicted from another; for formats that predict.
     *  \param planes     as above
     *  \param reference  of the same format
     *  \param qp         as above
     *  	hrows ImageError where x265 fails, or does not take the reference */
    HevcSlice encode(HevcPlanes& planes, const HevcPlanes& reference, int qp);

    //! For formats that predict: an intra picture without content, for hevc_decode().
    const HevcSlice& start() const;

private:
    struct State;
    std::unique_ptr<State> d_state;
};

} // namespace djescc
