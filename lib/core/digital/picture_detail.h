/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How much detail a picture has, from which its size at a quality can be guessed. */
#pragma once

#include "digital/hevc_planes.h"
#include <array>
#include <cstdint>

namespace djescc {

/*! A count of a picture's Haar coefficients by their size. It takes a small part of the
 *  time of coding the picture. */
class PictureDetail
{
public:
    //! \param planes  made with a gain of 1
    PictureDetail(const HevcFormat& format, const HevcPlanes& planes);

    /*! About how many bits HEVC takes for each pixel: within a quarter for most pictures
     *  at 0.01 to 2 bits.
     *  \param step  of the quantiser, above 0, in levels of the planes */
    double bits_per_pixel(double step) const;

private:
    //! Two for each doubling of a coefficient, from the least to more than 10 bits give.
    static constexpr int bins = 40;
    //! Of the last levels' coefficients, which are scaled down.
    static constexpr int bins_below_one = 10;

    void count(int coefficient, int level);

    std::array<int64_t, bins> d_counts{};
    double d_pixels;
};

} // namespace djescc
