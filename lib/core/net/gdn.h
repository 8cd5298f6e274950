/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Generalised divisive normalisation, a layer. */
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

namespace djescc {

/*! Generalised divisive normalisation between channels, N x C x H x W to the same shape
 *  (Balle, Laparra and Simoncelli, "Density modeling of images using a generalized
 *  normalization transformation", ICLR 2016):
 *
 *      y_i = x_i / sqrt(beta_i + sum over j of gamma_ij x_j^2)
 *
 *  or, as the inverse that decoders use, x_i times the root. beta (C) starts as 1, gamma
 *  (C x C) as 0.1 times the identity.
 *
 *  beta stays at least 1e-6 and gamma at least 0: forward() takes what is below as the
 *  bound, and passes on those of its gradients alone that lead back. (The square root
 *  that is often trained in their place makes a gamma of 0 one that never changes.)
 */
class GdnImpl : public torch::nn::Module
{
public:
    explicit GdnImpl(int64_t channels, bool inverse = false);

    torch::Tensor forward(const torch::Tensor& input);

    torch::Tensor beta;
    torch::Tensor gamma;

private:
    bool d_inverse;
};
TORCH_MODULE(Gdn);

} // namespace djescc
