/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Times the four nets in one thread, and in threads of their own with queues between
// them.

#include "bench/bare_loops.h"

#include "bench/bounded_queue.h"
#include "bench/whole_symbols.h"
#include <array>
#include <atomic>
#include <djescc/runtime/role_runner.h>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

namespace {

// As many batches as double buffering takes.
constexpr std::size_t queue_length = 2;

using Batch = djescc::FrameBatch;

//! The four roles, loaded.
std::array<djescc::RoleRunner, 4> make_chain(const BenchOptions& options)
{
    const djescc::ModelSource source{ options.model, {}, {} };
    return { djescc::RoleRunner(djescc::Role::encrypt, source, options.runner()),
             djescc::RoleRunner(djescc::Role::encode, source, options.runner()),
             djescc::RoleRunner(djescc::Role::decode, source, options.runner()),
             djescc::RoleRunner(djescc::Role::decrypt, source, options.runner()) };
}

//! The steps in threads of their own; ends them when it goes.
class Pipeline
{
public:
    Pipeline(std::array<djescc::RoleRunner, 4>& chain,
             const Batch& pictures,
             const djescc::RuntimeOptions& runtime)
    {
        for (std::size_t i = 0; i < chain.size(); i++)
            d_threads.emplace_back([this, i, &net = chain[i], pictures, runtime] {
                djescc::prepare_thread(runtime);
                try {
                    while (run_once(i, net, pictures)) {
                    }
                } catch (...) {
                    d_errors[i] = std::current_exception();
                    d_failed = true;
                }
            });
    }

    ~Pipeline()
    {
        for (auto& queue : d_queues)
            queue.close();
        for (auto& thread : d_threads)
            thread.join();
    }

    //! Rethrows what a step threw.
    PipelineProgress progress() const
    {
        if (d_failed)
            for (const auto& error : d_errors)
                if (error)
                    std::rethrow_exception(error);
        const uint64_t last = d_last; // first, or it might be ahead
        return { d_first, last };
    }

private:
    bool run_once(std::size_t i, djescc::RoleRunner& net, const Batch& pictures)
    {
        Batch input = pictures;
        if (i > 0) {
            auto received = d_queues[i - 1].pop();
            if (!received)
                return false;
            input = std::move(*received);
        }
        Batch output = run_whole(net, std::move(input));
        if (i == 0)
            d_first += output.facts.size();
        if (i < d_queues.size())
            return d_queues[i].push(std::move(output));
        d_last += output.facts.size();
        return true; // the closed queue ends it
    }

    std::array<BoundedQueue<Batch>, 3> d_queues{ BoundedQueue<Batch>(queue_length),
                                                 BoundedQueue<Batch>(queue_length),
                                                 BoundedQueue<Batch>(queue_length) };
    std::array<std::exception_ptr, 4> d_errors;
    std::atomic<bool> d_failed{ false };
    std::atomic<uint64_t> d_first{ 0 }, d_last{ 0 };
    std::vector<std::thread> d_threads;
};

//! Mean symbols of an image, over its pixels.
double uses_per_pixel(const Batch& symbols, const Batch& plain)
{
    const auto each = symbols.counts.defined()
                          ? symbols.counts.to(torch::kFloat64).mean().item<double>()
                          : static_cast<double>(symbols.values.size(1));
    return each / static_cast<double>(plain.values.size(2) * plain.values.size(3));
}

} // namespace

NetRates measure_nets(const BenchOptions& options)
{
    djescc::prepare_thread(options.runtime);
    auto chain = make_chain(options);
    auto& [encryptor, encoder, decoder, decryptor] = chain;
    const auto plain = options.pictures();
    const auto protected_images = encryptor.run(plain);
    const auto symbols = run_whole(encoder, protected_images);
    const auto decoded = decoder.run(symbols);
    const auto rate = [&](djescc::RoleRunner& net, const Batch& input) {
        return static_cast<double>(options.batch) *
               call_rate(options.seconds, [&] { run_whole(net, input); });
    };
    NetRates rates;
    rates.channel_uses_per_pixel = uses_per_pixel(symbols, plain);
    rates.encrypt = rate(encryptor, plain);
    rates.encode = rate(encoder, protected_images);
    rates.decode = rate(decoder, symbols);
    rates.decrypt = rate(decryptor, decoded);
    const auto whole = [&] {
        auto batch = plain;
        for (auto& net : chain)
            batch = run_whole(net, std::move(batch));
    };
    rates.chain = static_cast<double>(options.batch) * call_rate(options.seconds, whole);
    return rates;
}

CounterRate measure_bare_pipeline(const BenchOptions& options)
{
    auto chain = make_chain(options);
    const Pipeline pipeline(chain, options.pictures(), options.runtime);
    return steady_rate([&] { return pipeline.progress(); },
                       options.seconds,
                       static_cast<uint64_t>(options.batch));
}
