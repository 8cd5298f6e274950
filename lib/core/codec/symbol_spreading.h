/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A public orthonormal transform that spreads each symbol over its row. */
#pragma once

#include <torch/types.h>

namespace djescc {

/*! Each symbol becomes a part of about half of the others of its row at least, so that
 *  lost ones that are spread over the row cost a little of everything. Powers stay. Signs
 *  by a fixed rule, a Walsh-Hadamard transform of the first 2^m symbols, signs again, and
 *  one of the last 2^m, with 2^m the largest power of two within the row.
 *  \param symbols  N x K complex64
 *  \return of the same shape, on the CPU */
torch::Tensor spread_symbols(const torch::Tensor& symbols);

//! What spread_symbols() did is undone.
torch::Tensor gather_symbols(const torch::Tensor& symbols);

} // namespace djescc
