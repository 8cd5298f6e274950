/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The transform of grey blocks that the nets of cipher `medical-radio` start as. */
#pragma once

#include <torch/types.h>

namespace djescc {

/*! The discrete cosine transform of size x size blocks, strongest component first under
 *  the separable first-order autoregressive model of pixels (Jain, Fundamentals of
 *  Digital Image Processing, 1989), whose eigenvectors it comes close to. */
struct GreyTransform {
    torch::Tensor basis; //!< count x size x size, orthonormal
    //! Standard deviation of each component, falling.
    torch::Tensor deviation;
};

/*! \param count        the strongest so many components, 1 to size^2
 *  \param correlation  of neighbouring pixels, above 0 and below 1
 *  \param deviation    of a pixel */
GreyTransform
grey_transform(int64_t size, int64_t count, double correlation, double deviation);

} // namespace djescc
