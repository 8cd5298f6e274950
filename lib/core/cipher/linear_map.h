/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The linear map that fits known pairs best, for known-plaintext attacks. */
#pragma once

#include <torch/types.h>

namespace djescc {

/*! Ridge regression from rows to rows in its dual form, whose cost depends on the number
 *  of pairs: y = m + (x - n) A with A the smallest map that fits the known pairs. */
class LinearMap
{
public:
    /*! \param inputs   N x p float32
     *  \param outputs  N x q float32
     *  \param ridge    relative to the mean power of a centred input row */
    LinearMap(const torch::Tensor& inputs, const torch::Tensor& outputs, double ridge);

    //! M x p to M x q.
    torch::Tensor apply(const torch::Tensor& inputs) const;

private:
    torch::Tensor d_inputs, d_input_mean, d_output_mean, d_dual;
};

} // namespace djescc
