/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The transform as products with small matrices.

#include "codec/block_dct.h"

#include <cmath>
#include <torch/utils.h>

namespace djescc {
namespace {

//! side x side, a frequency in each row (DCT-II).
torch::Tensor cosines(int64_t side)
{
    const auto frequency = torch::arange(side, torch::kFloat64).unsqueeze(1);
    const auto place = torch::arange(side, torch::kFloat64).unsqueeze(0);
    auto matrix =
        torch::cos(M_PI * (2 * place + 1) * frequency / static_cast<double>(2 * side)) *
        std::sqrt(2.0 / static_cast<double>(side));
    matrix[0] *= M_SQRT1_2;
    return matrix;
}

//! 3 x 3, an opponent in each row.
torch::Tensor opponents(const torch::TensorOptions& options)
{
    const double third = 1 / std::sqrt(3.0), half = M_SQRT1_2, sixth = 1 / std::sqrt(6.0);
    return torch::tensor(
               { third, third, third, half, 0.0, -half, -sixth, 2 * sixth, -sixth },
               torch::kFloat64)
        .view({ 3, 3 })
        .to(options);
}

/*! Each block of N x 3 side^2 x rows x columns times a matrix from the left and its
 *  transpose from the right, laid out as a map.
 *  \param matrix  out x side
 *  \return N x 3 x (rows out) x (columns out) */
torch::Tensor
map_of_blocks(const torch::Tensor& blocks, const torch::Tensor& matrix, int64_t side)
{
    const int64_t n = blocks.size(0), rows = blocks.size(2), columns = blocks.size(3),
                  out = matrix.size(0);
    const auto values = blocks.reshape({ n, 3, side, side, rows, columns })
                            .permute({ 0, 1, 4, 2, 5, 3 }); // ... row, v, column, u
    return torch::matmul(matrix,
                         torch::matmul(values, matrix.t())
                             .reshape({ n, 3, rows, side, columns * out }))
        .reshape({ n, 3, rows * out, columns * out });
}

/*! The inverse of map_of_blocks() for a square orthonormal matrix's transpose.
 *  \param matrix  side x side */
torch::Tensor
blocks_of_map(const torch::Tensor& map, const torch::Tensor& matrix, int64_t side)
{
    const int64_t n = map.size(0), rows = map.size(2) / side,
                  columns = map.size(3) / side;
    return torch::matmul(
               torch::matmul(matrix, map.reshape({ n, 3, rows, side, columns * side }))
                   .view({ n, 3, rows, side, columns, side }),
               matrix.t())
        .permute({ 0, 1, 3, 5, 2, 4 })
        .reshape({ n, 3 * side * side, rows, columns });
}

} // namespace

torch::Tensor block_dct(const torch::Tensor& images, int64_t side)
{
    const auto colours = torch::matmul(opponents(images.options()), images.flatten(2))
                             .view(images.sizes());
    return blocks_of_map(colours, cosines(side).to(images.options()), side);
}

torch::Tensor inverse_block_dct(const torch::Tensor& coefficients, int64_t side)
{
    const auto colours =
        map_of_blocks(coefficients, cosines(side).to(coefficients.options()).t(), side);
    return torch::matmul(opponents(coefficients.options()).t(), colours.flatten(2))
        .view(colours.sizes());
}

torch::Tensor variances_of_half_blocks(const torch::Tensor& variances, int64_t side)
{
    const int64_t half = side / 2;
    // From coefficients of a block to those of its halves: back to samples, then forward.
    const auto halves = torch::block_diag({ cosines(half), cosines(half) });
    const auto squares =
        torch::matmul(halves, cosines(side).t()).square().to(variances.options());
    const auto map = map_of_blocks(variances, squares, side);
    const int64_t n = map.size(0), rows = map.size(2) / half,
                  columns = map.size(3) / half;
    return map.view({ n, 3, rows, half, columns, half })
        .permute({ 0, 1, 3, 5, 2, 4 })
        .reshape({ n, 3 * half * half, rows, columns });
}

} // namespace djescc
