/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Where nets run: device, threads and memory of the process. */
#pragma once

#include <djescc/export.h>
#include <string>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! Where and how nets run. */
struct RuntimeOptions {
    //! "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N".
    std::string device = "auto";
    //! Intra-op threads on the CPU of the calling thread; 0 means 1, the best choice when
    //! every block of a flowgraph has a thread of its own.
    int threads = 0;
    //! Allow weights that are code (torchscript); never for models from strangers.
    bool allow_code = false;
};

/*! \throws DeviceError that says which devices there are. */
torch::Device select_device(const std::string& name);

/*! Keep freed tensors' memory in the process instead of returning it to the kernel at
 *  every inference, which makes nets on the CPU faster (docs/speed.md). Process-wide,
 *  idempotent; does nothing outside glibc. Helps most when called before the process
 *  starts its threads, so loading a Model calls it. */
void tune_allocator();

/*! Set the calling thread's intra-op thread count and tune the allocator. LibTorch's
 *  count belongs to the thread, so call it in the thread that runs the nets. OpenBLAS has
 *  one count for the whole process: the last call's. */
void prepare_thread(const RuntimeOptions& options);

} // namespace djescc
