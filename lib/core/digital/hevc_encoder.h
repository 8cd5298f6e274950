/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  One intra picture through x265. */
#pragma once

#include "digital/hevc_headers.h"
#include "digital/hevc_planes.h"
#include <memory>

namespace djescc {

//! An encoder of pictures of one format, one after another, in the caller's time.
class HevcEncoder
{
public:
    //! \throws ImageError where x265 does not take the format
    explicit HevcEncoder(const HevcFormat& format);
    ~HevcEncoder();

    /*! \param planes  becomes what a decoder makes of the slice
     *  \param qp      0 to 51
     *  \throws ImageError where x265 fails */
    HevcSlice encode(HevcPlanes& planes, int qp);

private:
    struct State;
    std::unique_ptr<State> d_state;
};

} // namespace djescc
