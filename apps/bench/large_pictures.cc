/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Measures processor time, page faults and memory of single pictures, small and large
// in turns.

#include "bench/large_pictures.h"

#include "bench/rate.h"
#include "bench/whole_symbols.h"
#include <algorithm>
#include <djescc/runtime/role_runner.h>
#include <functional>
#include <sys/resource.h>

namespace {

// As many small pictures as have an eighth of the large one's pixels make one turn.
constexpr int64_t small_share = 8;

double pixels(const djescc::ImageShape& shape)
{
    return static_cast<double>(shape.height * shape.width);
}

//! What this process, all its threads together, has used.
struct Usage {
    double processor_seconds;
    double page_faults; // those that were served without reading a disk
    int64_t peak_memory;
};

Usage usage()
{
    struct rusage used = {};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) +
               1e-6 * static_cast<double>(time.tv_usec);
    };
    constexpr int64_t kibibyte = 1024; // ru_maxrss counts these
    return { seconds(used.ru_utime) + seconds(used.ru_stime),
             static_cast<double>(used.ru_minflt),
             used.ru_maxrss * kibibyte };
}

Usage cost_of(const std::function<void()>& call, int64_t calls)
{
    const Usage before = usage();
    for (int64_t i = 0; i < calls; i++)
        call();
    const Usage after = usage();
    const auto count = static_cast<double>(calls);
    return { (after.processor_seconds - before.processor_seconds) / count,
             (after.page_faults - before.page_faults) / count,
             after.peak_memory };
}

//! The nets of a model.
struct Chain {
    djescc::RoleRunner encrypt, encode, decode, decrypt;

    Chain(const djescc::ModelSource& source, const djescc::RunnerOptions& options)
        : encrypt(djescc::Role::encrypt, source, options)
        , encode(djescc::Role::encode, source, options)
        , decode(djescc::Role::decode, source, options)
        , decrypt(djescc::Role::decrypt, source, options)
    {
    }
};

//! One net's run over a picture whose input is there.
std::function<void()> make_call(Chain& chain,
                                const std::string& net,
                                BenchOptions options,
                                const djescc::ImageShape& shape)
{
    options.shape = shape;
    options.batch = 1;
    const auto call = [](djescc::RoleRunner& runner, djescc::FrameBatch input) {
        return [&runner, input = std::move(input)] { run_whole(runner, input); };
    };
    auto plain = options.pictures();
    if (net == "encrypt")
        return call(chain.encrypt, std::move(plain));
    auto images = chain.encrypt.run(std::move(plain));
    if (net == "encode")
        return call(chain.encode, std::move(images));
    if (net == "decode")
        return call(chain.decode, run_whole(chain.encode, std::move(images)));
    return call(chain.decrypt, std::move(images));
}

PixelCost measure_net(Chain& chain,
                      const std::string& net,
                      const BenchOptions& options,
                      const djescc::ImageShape& small,
                      const djescc::ImageShape& large,
                      int rounds)
{
    const auto run_small = make_call(chain, net, options, small);
    const auto run_large = make_call(chain, net, options, large);
    const auto calls = std::max<int64_t>(
        1, static_cast<int64_t>(pixels(large) / pixels(small)) / small_share);
    run_small();
    run_large();
    std::vector<double> small_costs, large_costs, ratios, page_faults;
    for (int round = 0; round < rounds; round++) {
        const Usage small_usage = cost_of(run_small, calls);
        const Usage large_usage = cost_of(run_large, 1);
        small_costs.push_back(small_usage.processor_seconds / pixels(small));
        large_costs.push_back(large_usage.processor_seconds / pixels(large));
        ratios.push_back(large_costs.back() / small_costs.back());
        page_faults.push_back(large_usage.page_faults);
    }
    return {
        net, median(small_costs), median(large_costs), median(ratios), median(page_faults)
    };
}

} // namespace

int64_t peak_memory() { return usage().peak_memory; }

LargePictures measure_large_pictures(const BenchOptions& options,
                                     const djescc::ImageShape& small,
                                     const djescc::ImageShape& large,
                                     int rounds)
{
    djescc::prepare_thread(options.runtime);
    Chain chain(djescc::ModelSource{ options.model, {}, {} }, options.runner());
    LargePictures result;
    for (const char* net : { "encrypt", "encode", "decode", "decrypt" })
        result.nets.push_back(measure_net(chain, net, options, small, large, rounds));
    result.peak_memory = usage().peak_memory;
    return result;
}
