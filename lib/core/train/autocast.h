/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <ATen/autocast_mode.h>
#include <torch/types.h>
#include <torch/version.h>

namespace djescc {

/*! bfloat16 autocast on CUDA while it lives, where asked for. */
class Autocast
{
public:
    explicit Autocast(bool enable) : d_enabled(enable)
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
    static void set(bool enabled)
    {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
        at::autocast::set_autocast_enabled(at::kCUDA, enabled);
        at::autocast::set_autocast_dtype(at::kCUDA, torch::kBFloat16);
#else
        at::autocast::set_enabled(enabled);
        at::autocast::set_autocast_gpu_dtype(torch::kBFloat16);
#endif
    }

    bool d_enabled;
};

} // namespace djescc
