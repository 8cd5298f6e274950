/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Rounds tensors to half precision.

#include "files/half_precision.h"

#include <djescc/error.h>
#include <torch/types.h>

namespace djescc {

void halve(TensorFile& file, const std::string& path)
{
    for (auto& [name, tensor] : file.tensors) {
        if (tensor.scalar_type() != torch::kFloat32)
            continue;
        tensor = tensor.to(torch::kHalf);
        if (!torch::isfinite(tensor).all().item<bool>())
            throw ModelError(path + ": the tensor " + name +
                             " does not fit half precision; keep the file as it is");
    }
}

} // namespace djescc
