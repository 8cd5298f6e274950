/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Times the nets with and without what makes them faster.

#include "bench/rewrites.h"

#include "bench/rate.h"
#include <ATen/Parallel.h>
#include <algorithm>
#include <djescc/net/rewrites.h>
#include <djescc/runtime/role_runner.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

//! What glibc starts with.
void untune_allocator()
{
#ifdef __GLIBC__
    constexpr int threshold = 128 * 1024;
    mallopt(M_MMAP_THRESHOLD, threshold);
    mallopt(M_TRIM_THRESHOLD, threshold);
    mallopt(M_TOP_PAD, threshold);
    malloc_trim(0);
#endif
}

djescc::RoleRunner runner(djescc::Role role, const BenchOptions& options)
{
    return { role, djescc::ModelSource{ options.model, {}, {} }, options.runner() };
}

double rate(const BenchOptions& options,
            djescc::RoleRunner& net,
            const djescc::FrameBatch& input)
{
    return static_cast<double>(options.batch) *
           call_rate(options.seconds, [&] { net.run(input); });
}

} // namespace

BeforeAfter measure_allocator(const BenchOptions& options)
{
    at::set_num_threads(std::max(options.runtime.threads, 1));
    auto encryptor = runner(djescc::Role::encrypt, options);
    const auto pictures = options.pictures();
    BeforeAfter result;
    djescc::tune_allocator();
    result.after = rate(options, encryptor, pictures);
    untune_allocator();
    result.before = rate(options, encryptor, pictures);
    return result;
}

std::optional<BeforeAfter> measure_transposed_convolution(const BenchOptions& options)
{
    djescc::prepare_thread(options.runtime);
    auto decoder = runner(djescc::Role::decode, options);
    if (!djescc::has_rewritten_convolutions(decoder.net()))
        return std::nullopt;
    const auto images = runner(djescc::Role::encrypt, options).run(options.pictures());
    const auto symbols = runner(djescc::Role::encode, options).run(images);
    BeforeAfter result;
    djescc::use_rewritten_convolutions(false);
    result.before = rate(options, decoder, symbols);
    djescc::use_rewritten_convolutions(true);
    result.after = rate(options, decoder, symbols);
    return result;
}
