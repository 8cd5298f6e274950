/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What nets compute in while they are trained. */
#pragma once

#include <ATen/autocast_mode.h>
#include <djescc/files/config.h>
#include <torch/types.h>
#include <torch/version.h>

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

//! Mixed precision in bfloat16 on a device while it lives, where asked for.
class Autocast
{
public:
    Autocast(bool enable, torch::Device device)
        : d_enabled(enable), d_on_cpu(device.is_cpu())
    {
        if (d_enabled)
            set(true);
    }
    ~Autocast()
    {
        if (d_enabled) {
            at::autocast::clear_cache();
            set(false);
        }
    }
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    void set(bool enabled) const
    {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
        const auto kind = d_on_cpu ? at::kCPU : at::kCUDA;
        at::autocast::set_autocast_enabled(kind, enabled);
        at::autocast::set_autocast_dtype(kind, torch::kBFloat16);
#else
        if (d_on_cpu) {
            at::autocast::set_cpu_enabled(enabled);
            at::autocast::set_autocast_cpu_dtype(torch::kBFloat16);
        } else {
            at::autocast::set_enabled(enabled);
            at::autocast::set_autocast_gpu_dtype(torch::kBFloat16);
        }
#endif
    }

    bool d_enabled;
    bool d_on_cpu;
};

} // namespace djescc
