/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Ridge regression from features to images, block by block: the linear part of an
 *  attack. */
#pragma once

#include <array>
#include <torch/types.h>

namespace djescc {

/*! Ridge regression from each block of feature maps to the same block of images, with
 *  coefficients of its own for every place: what a mask or a key that is the same in
 *  every picture, but another one in every block, needs. The strength of the ridge is the
 *  one that predicts the held-out pairs best. */
class BlockRegression
{
public:
    //! \param block  side of the blocks in pixels
    explicit BlockRegression(int64_t block) : d_block(block) {}

    /*! \param features  N x F x H x W, H and W multiples of the block, the same every
     *                   time
     *  \param images    N x C x H x W
     *  \param held_out  these choose the ridge; they fit the coefficients as well,
     *                   after */
    void add(const torch::Tensor& features, const torch::Tensor& images, bool held_out);

    //! Fit to what was added. At least one pair that was not held out.
    void fit();

    //! N x F x H x W to N x C x H x W.
    torch::Tensor apply(const torch::Tensor& features) const;

    //! Relative to the mean power of a feature; after fit().
    double ridge() const { return d_ridge; }

private:
    //! Sums over pairs, for each place; float64.
    struct Sums {
        torch::Tensor gram;  //!< places x (f + 1) x (f + 1), f the features of a block
        torch::Tensor cross; //!< places x (f + 1) x c, c the values of a block
        double pairs = 0;
    };

    //! Places x N x (f + 1), with a one at the end.
    torch::Tensor rows(const torch::Tensor& features) const;
    static torch::Tensor solve(const Sums& sums, double ridge);
    //! Leaves out of the sums what was 0 in every pair.
    void keep_used_features();

    int64_t d_block;
    std::array<Sums, 2> d_sums; //!< to fit, held out
    torch::Tensor d_used;       //!< of f + 1: features that were not 0 everywhere
    torch::Tensor d_weights;    //!< places x those x c, float32
    double d_ridge = 0;
};

} // namespace djescc
