/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes cosine matrices, and multiplies squares by them without forming the layer's
// own.

#include "cipher/scrambled_dct.h"

#include "cipher/logistic_map.h"
#include <cmath>
#include <djescc/error.h>
#include <torch/types.h>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr double pi = 3.14159265358979323846;

/* A X B of each square X. The left product goes matrix by matrix, because folding it into
 * one large product would copy transposes. */
torch::Tensor both_sides(const torch::Tensor& left,
                         const torch::Tensor& squares,
                         const torch::Tensor& right)
{
    const int64_t count = squares.size(0);
    const auto half = squares.reshape({ -1, squares.size(2) }).mm(right);
    if (count == 1)
        return left.mm(half).unsqueeze(0);
    return torch::bmm(left.unsqueeze(0).expand({ count, -1, -1 }),
                      half.view({ count, squares.size(1), right.size(1) }));
}

torch::Tensor reordered(const torch::Tensor& squares, const torch::Tensor& order)
{
    return squares.flatten(1).index_select(1, order).view(squares.sizes());
}

} // namespace

std::string to_string(DctWeights weights)
{
    return weights == DctWeights::iso ? "iso" : "overcomplete";
}

DctWeights dct_weights_from_string(const std::string& name)
{
    for (const auto weights : { DctWeights::iso, DctWeights::overcomplete })
        if (to_string(weights) == name)
            return weights;
    throw ConfigError("cipher.weights is \"" + name +
                      "\", but must be \"iso\" or \"overcomplete\"");
}

torch::Tensor dct_matrix(DctWeights weights, int64_t rows, int64_t columns)
{
    auto matrix = torch::empty({ rows, columns }, torch::kFloat64);
    auto element = matrix.accessor<double, 2>();
    const auto points = static_cast<double>(rows);
    for (int64_t k = 0; k < rows; ++k) {
        double squares = 0;
        for (int64_t j = 0; j < columns; ++j) {
            const auto row = static_cast<double>(k), column = static_cast<double>(j);
            const double value =
                weights == DctWeights::iso
                    ? std::cos(pi * (2 * column + 1) * row / (2 * points))
                    : std::cos(pi * row * column / points);
            squares += value * value;
            element[k][j] = value;
        }
        const double scale = weights == DctWeights::iso
                                 ? std::sqrt((k == 0 ? 1.0 : 2.0) / points)
                                 : 1.0 / std::sqrt(squares);
        for (int64_t j = 0; j < columns; ++j)
            element[k][j] *= scale;
    }
    return matrix;
}

ScrambledDct::ScrambledDct(DctWeights weights,
                           int64_t rows,
                           int64_t columns,
                           double start,
                           double mu,
                           torch::Device device)
{
    const auto matrix = dct_matrix(weights, rows, columns);
    const auto gram = matrix.t().mm(matrix);
    const auto largest = torch::linalg_eigvalsh(gram, "L")[-1].item<double>();
    d_squared_norm = largest * largest;
    const auto place = [&](const torch::Tensor& tensor) {
        return tensor.to(torch::dtype(torch::kFloat32).device(device)).contiguous();
    };
    const auto inverse =
        weights == DctWeights::iso ? matrix.t() : torch::linalg_solve(gram, matrix.t());
    d_matrix = place(matrix);
    d_transpose = place(matrix.t());
    d_inverse = place(inverse);
    d_inverse_transpose = place(inverse.t());
    auto order = logistic_order(start, mu, static_cast<std::size_t>(rows) * rows);
    d_order = torch::tensor(order, torch::kInt64).to(device);
    d_inverse_order = torch::argsort(d_order);
}

torch::Tensor ScrambledDct::product(const torch::Tensor& squares) const
{
    return both_sides(d_matrix, squares, d_transpose);
}

torch::Tensor ScrambledDct::adjoint(const torch::Tensor& squares) const
{
    return both_sides(d_transpose, squares, d_matrix);
}

torch::Tensor ScrambledDct::inverse(const torch::Tensor& squares) const
{
    return both_sides(d_inverse, squares, d_inverse_transpose);
}

torch::Tensor ScrambledDct::scramble(const torch::Tensor& squares) const
{
    return reordered(squares, d_order);
}

torch::Tensor ScrambledDct::unscramble(const torch::Tensor& squares) const
{
    return reordered(squares, d_inverse_order);
}

} // namespace djescc
