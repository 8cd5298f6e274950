/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A layer of cipher `ednn`: a two-dimensional DCT with its rows scrambled. */
#pragma once

#include <cstdint>
#include <string>
#include <torch/types.h>

namespace djescc {

/*! Cosine matrix D of which an EDNN layer is the Kronecker product of two. */
enum class DctWeights {
    //! first columns of an orthonormal DCT-II of more points: D^T D = I
    iso,
    //! rows cos(pi k j / rows), each scaled to length 1
    overcomplete,
};

//! "iso" or "overcomplete".
std::string to_string(DctWeights weights);
//! \throws ConfigError that lists both names
DctWeights dct_weights_from_string(const std::string& name);

//! rows x columns float64, rows >= columns >= 1.
torch::Tensor dct_matrix(DctWeights weights, int64_t rows, int64_t columns);

/*! One layer W = P (D (x) D) of the EDNN on batches of squares, without ever forming W:
 *  W x is D X D^T, flattened row by row, its elements reordered. P is a permutation. */
class ScrambledDct
{
public:
    /*! \param start, mu  the layer's key, see logistic_order()
     *  \param device     where the products are computed, in float32 */
    ScrambledDct(DctWeights weights,
                 int64_t rows,
                 int64_t columns,
                 double start,
                 double mu,
                 torch::Device device);

    //! N x a x a to N x b x b in the order of the unscrambled DCT: D X D^T.
    torch::Tensor product(const torch::Tensor& squares) const;
    //! N x b x b to N x a x a: D^T Y D, the transpose of product().
    torch::Tensor adjoint(const torch::Tensor& squares) const;
    //! N x b x b to N x a x a: the least-squares inverse of product().
    torch::Tensor inverse(const torch::Tensor& squares) const;
    //! N x b x b, the elements reordered by the key.
    torch::Tensor scramble(const torch::Tensor& squares) const;
    //! Inverse of scramble().
    torch::Tensor unscramble(const torch::Tensor& squares) const;
    //! Largest eigenvalue of W^T W.
    double squared_norm() const { return d_squared_norm; }

private:
    torch::Tensor d_matrix, d_transpose, d_inverse, d_inverse_transpose;
    torch::Tensor d_order, d_inverse_order;
    double d_squared_norm;
};

} // namespace djescc
