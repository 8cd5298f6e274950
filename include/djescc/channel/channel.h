/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Symbols on a channel: power, pairs of real features, white Gaussian noise. */
#pragma once

#include <ATen/core/Generator.h>
#include <djescc/export.h>
#include <optional>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! Scale each row to average power 1: z * sqrt(k / sum |z|^2) (Bourtsoulatze et al.
 *  2019). A row of zeros stays zero. Differentiable.
 *  \param symbols  N x k complex64, or N x 2k float32 (real parts then imaginary parts)
 */
torch::Tensor normalize_power(const torch::Tensor& symbols);

/*! First half real parts, second half imaginary parts: N x 2k float32 to N x k complex64.
 */
torch::Tensor reals_to_symbols(const torch::Tensor& reals);

//! Inverse of reals_to_symbols().
torch::Tensor symbols_to_reals(const torch::Tensor& symbols);

/*! Complex white Gaussian noise for unit-power symbols: CN(0, 10^(-SNR/10)), that is
 *  10^(-SNR/10) / 2 of power in each real dimension. SNR is Es/N0.
 *  \param symbols  N x 2k float32 (real parts then imaginary parts)
 *  \param snr_db   N values in dB
 */
torch::Tensor awgn(const torch::Tensor& symbols,
                   const torch::Tensor& snr_db,
                   const std::optional<at::Generator>& generator = std::nullopt);

} // namespace djescc
