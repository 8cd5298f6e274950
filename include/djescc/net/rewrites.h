/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Switches what this library computes otherwise than LibTorch would, for
 *  measurements. */
#pragma once

#include <djescc/export.h>
#include <torch/nn/module.h>

namespace DJESCC_EXPORT djescc {

/*! Whether transposed convolutions run as ordinary ones (the default) or as LibTorch's
 *  own. The results are the same to rounding. For the whole process. */
void use_rewritten_convolutions(bool rewritten);

//! Whether a net has any of them.
bool has_rewritten_convolutions(const torch::nn::Module& net);

} // namespace djescc
