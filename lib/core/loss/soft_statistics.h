/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Statistics of cipher images with gradients: Long et al., "A novel medical image
 *  encryption scheme based on deep learning feature encoding and decoding" (IEEE Access,
 *  2023), eqs. 7 to 20. */
#pragma once

#include <array>
#include <cstdint>
#include <torch/types.h>

namespace djescc {

/*! Histograms in which a value between two bins counts for both (Ustinova and Lempitsky,
 *  "Learning deep embeddings with histogram loss", 2016).
 *  \param values  N x count, in [0, 1]; bin b of B is at b / (B - 1)
 *  \return N x bins, of sum count */
torch::Tensor soft_histogram(const torch::Tensor& values, int64_t bins);

//! The same of pairs, N x bins x bins.
//! \param first, second  N x count each
torch::Tensor
soft_histogram_2d(const torch::Tensor& first, const torch::Tensor& second, int64_t bins);

//! Mean over the bins of (H(x) - W H / N)^2 (eq. 7), N.
//! \param histogram  N x bins
torch::Tensor histogram_loss(const torch::Tensor& histogram);
//! 8 less the entropy in bits (eqs. 8 and 9), N.
//! \param histogram  N x 256
torch::Tensor entropy_loss(const torch::Tensor& histogram);

//! Neighbours of all pixels to the right, below, and both: pairs of N x count.
std::array<std::array<torch::Tensor, 2>, 3> neighbours(const torch::Tensor& images);

//! |r| of neighbours (eqs. 10 to 14), mean over the three directions, N.
torch::Tensor correlation_loss(const torch::Tensor& images);
//! Eq. 15 with 8 bins, mean over the three directions, N.
torch::Tensor pairs_loss(const torch::Tensor& images);

/*! 1 - NPCR (eqs. 16 to 18), N; a pixel counts as changed by 1 - exp(-(255 d / tolerance)
 *  ^2) for a difference d.
 *  \param tolerance  in 8-bit levels */
torch::Tensor npcr_loss(const torch::Tensor& a, const torch::Tensor& b, double tolerance);
//! |UACI - 0.334635| (eqs. 19 and 20), N.
torch::Tensor uaci_loss(const torch::Tensor& a, const torch::Tensor& b);

} // namespace djescc
