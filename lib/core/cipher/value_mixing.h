/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A public orthogonal transform that spreads every value of a picture over many. */
#pragma once

#include <cstdint>
#include <torch/types.h>

namespace djescc {

/*! Spreads values over chunks of them: a fixed order, fixed signs, and the orthonormal
 *  Walsh-Hadamard transform of each chunk, whose values then lie as far apart as they
 *  can. Sums of many values are close to Gaussian, all of one deviation whatever the
 *  picture is like, and a lost area takes a little from every value instead of all from
 *  some. It is public: it hides nothing.
 *
 *  A chunk is as long as the largest power of two that divides the number of values, so
 *  that powers of two are one chunk. Linear, orthogonal, differentiable. */
class ValueMixing
{
public:
    //! \param count  values of a picture, at least 1
    explicit ValueMixing(int64_t count);

    int64_t chunk() const { return d_chunk; }

    //! N x count, float32, on any device.
    torch::Tensor mix(const torch::Tensor& values) const;
    torch::Tensor unmix(const torch::Tensor& mixed) const;

private:
    int64_t d_count, d_chunk;
    torch::Tensor d_order, d_inverse, d_signs;
};

//! Orthonormal Walsh-Hadamard transform over the last dimension, a power of two.
torch::Tensor walsh_hadamard_transform(const torch::Tensor& values);

} // namespace djescc
