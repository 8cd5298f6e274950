/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Checks threads and batch sizes, and returns memory after large batches.

#include "blocks/inference_limits.h"

#include <djescc/error.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace gr {
namespace djescc {

namespace {
constexpr int most_threads = 1024;
constexpr int most_frames = 1024;
constexpr size_t cpu_batch_items = size_t(1) << 21;     // ten frames of 256 x 256 x 3
constexpr size_t cuda_batch_items = size_t(1) << 26;    // ten photographs of 2 megapixels
constexpr int64_t large_batch_items = int64_t(1) << 24; // a photograph of 5.6 megapixels
} // namespace

::djescc::RuntimeOptions runtime_options(const std::string& device, int threads)
{
    if (threads < 0 || threads > most_threads) {
        throw ::djescc::ConfigError("threads must be 0 to " +
                                    std::to_string(most_threads) + ", but is " +
                                    std::to_string(threads));
    }
    ::djescc::RuntimeOptions options;
    options.device = device;
    options.threads = threads;
    return options;
}

size_t checked_max_batch(int max_batch)
{
    if (max_batch < 1 || max_batch > most_frames) {
        throw ::djescc::ConfigError("max_batch must be 1 to " +
                                    std::to_string(most_frames) + ", but is " +
                                    std::to_string(max_batch));
    }
    return static_cast<size_t>(max_batch);
}

size_t batch_item_limit(const ::djescc::RuntimeOptions& options)
{
    return ::djescc::select_device(options.device).is_cuda() ? cuda_batch_items
                                                             : cpu_batch_items;
}

void release_freed_memory(int64_t batch_items)
{
#ifdef __GLIBC__
    if (batch_items >= large_batch_items) {
        malloc_trim(0);
    }
#else
    (void)batch_items;
#endif
}

} // namespace djescc
} // namespace gr
