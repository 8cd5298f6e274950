/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The 8-bit levels that pictures in files have. */
#pragma once

#include <djescc/export.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! Nearest 8-bit level of values in [0, 1] (clamped), as float32 0..255. */
torch::Tensor to_8bit_levels(const torch::Tensor& images);

} // namespace djescc
