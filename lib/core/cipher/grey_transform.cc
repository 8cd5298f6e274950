/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cosine transforms, and their components' variances under a model of pixels.

#include "cipher/grey_transform.h"

#include <cmath>

namespace djescc {

GreyTransform
grey_transform(int64_t size, int64_t count, double correlation, double deviation)
{
    auto dct = torch::empty({ size, size }, torch::kFloat64);
    auto covariance = torch::empty({ size, size }, torch::kFloat64);
    for (int64_t k = 0; k < size; ++k)
        for (int64_t j = 0; j < size; ++j) {
            const double length = std::sqrt((k == 0 ? 1.0 : 2.0) / double(size));
            dct[k][j] = length * std::cos(M_PI * (2 * double(j) + 1) * double(k) /
                                          (2 * double(size)));
            covariance[k][j] = std::pow(correlation, std::abs(double(k - j)));
        }
    const auto variances = dct.matmul(covariance).matmul(dct.t()).diagonal();
    const auto all = (variances.unsqueeze(1) * variances.unsqueeze(0))
                         .flatten()
                         .mul(deviation * deviation);
    // Stable, so that the order is the same everywhere though many are alike.
    const auto order = std::get<1>(
        all.to(torch::kFloat32).sort(/*stable=*/true, /*dim=*/0, /*descending=*/true));
    const auto chosen = order.slice(0, 0, count);
    const auto basis = torch::einsum("ki,lj->klij", { dct, dct })
                           .reshape({ size * size, size, size })
                           .index_select(0, chosen);
    return { basis.to(torch::kFloat32),
             all.index_select(0, chosen).sqrt().to(torch::kFloat32) };
}

} // namespace djescc
