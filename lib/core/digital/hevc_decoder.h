/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  One picture through libde265, intra or predicted from another. */
#pragma once

#include "digital/hevc_headers.h"
#include "digital/hevc_planes.h"

namespace djescc {

/*! The planes that a slice holds. It may have been changed on the way: then planes of the
 *  format come out or an error is thrown. Such planes are not the same each time:
 *  libde265 looks a little behind the end of data that ends early.
 *  \throws ImageError where libde265 finds a fault, or where not exactly one picture of
 *          the format comes out */
HevcPlanes hevc_decode(const HevcFormat& format, const HevcSlice& slice);

/*! The same of a slice that is predicted from another picture.
 *  \param format     one that predicts
 *  \param start      HevcEncoder::start()
 *  \param reference  that picture; takes the place of what \p start shows */
HevcPlanes hevc_decode(const HevcFormat& format,
                       const HevcSlice& start,
                       const HevcPlanes& reference,
                       const HevcSlice& slice);

} // namespace djescc
