/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Copies between interleaved pixels and planes of channels. */
#pragma once

#include <cstddef>
#include <djescc/export.h>

namespace DJESCC_EXPORT djescc {

/*! Between the order of images in streams, H x W x C, and that of nets, C x H x W. Both
 *  work on any run of the stream's items, so that an image is copied once on its way into
 *  a block and once on its way out.
 *
 *  \param first  place of the run's first item in its image
 *  \param count  items of the run
 *  \param pixels  H W of the image
 *  \param planes  the whole image as C x H x W
 */
void planes_from_items(const float* items,
                       std::size_t first,
                       std::size_t count,
                       std::size_t pixels,
                       std::size_t channels,
                       float* planes);

//! The way back, to \p items, with the same parameters.
void items_from_planes(const float* planes,
                       std::size_t first,
                       std::size_t count,
                       std::size_t pixels,
                       std::size_t channels,
                       float* items);

} // namespace djescc
