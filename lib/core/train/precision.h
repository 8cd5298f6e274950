/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/files/config.h>
#include <torch/types.h>

namespace djescc {

/*! What nets compute in while they are trained: float32, or mixed with bfloat16; or the
 *  faster of both on the device. */
enum class Precision { float32, bfloat16, automatic };

/*! The key "precision" of a training configuration: "float32", "bfloat16" or "auto".
 *  \throws ConfigError */
Precision read_precision(ConfigReader& reader);

/*! Does this precision mix in bfloat16 on this device? An automatic one does on CUDA and
 *  on processors with matrix units for it (AMX). Those that have only vector
 *  instructions for it (AVX512-BF16) train faster in float32. */
bool mixes_bfloat16(Precision precision, torch::Device device);

} // namespace djescc
