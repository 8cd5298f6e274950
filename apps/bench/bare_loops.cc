/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "bench/bare_loops.h"

#include "bench/bounded_queue.h"
#include <array>
#include <atomic>
#include <djescc/runtime/stages.h>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

namespace {

// As many batches as double buffering takes.
constexpr std::size_t queue_length = 2;
// Batches that pass before and, at least, during a measurement.
constexpr uint64_t least_loop_batches = 6;

using Step = std::function<torch::Tensor(const torch::Tensor&)>;

//! The four nets, loaded, as functions of a batch.
class Chain
{
public:
    explicit Chain(const BenchOptions& options)
        : d_encrypt(options.model, options.runtime)
        , d_encode(options.model, options.runtime)
        , d_decode(options.model, options.runtime)
        , d_decrypt(options.model, options.runtime)
        , d_plain(options.shape)
        , d_protected(d_encrypt.output_shape(options.shape))
    {
    }

    torch::Tensor encrypt(const torch::Tensor& images) { return d_encrypt.run(images); }
    torch::Tensor encode(const torch::Tensor& images) { return d_encode.run(images); }
    torch::Tensor decode(const torch::Tensor& symbols)
    {
        return d_decode.run(symbols, d_protected);
    }
    torch::Tensor decrypt(const torch::Tensor& images)
    {
        return d_decrypt.run(images, d_plain);
    }

    std::array<Step, 4> steps()
    {
        return { [this](const torch::Tensor& in) { return encrypt(in); },
                 [this](const torch::Tensor& in) { return encode(in); },
                 [this](const torch::Tensor& in) { return decode(in); },
                 [this](const torch::Tensor& in) { return decrypt(in); } };
    }

private:
    djescc::EncryptStage d_encrypt;
    djescc::EncodeStage d_encode;
    djescc::DecodeStage d_decode;
    djescc::DecryptStage d_decrypt;
    djescc::ImageShape d_plain, d_protected;
};

//! The steps in threads of their own; ends them when it goes.
class Pipeline
{
public:
    Pipeline(const std::array<Step, 4>& steps,
             const torch::Tensor& pictures,
             const djescc::RuntimeOptions& runtime)
    {
        for (std::size_t i = 0; i < steps.size(); i++)
            d_threads.emplace_back([this, i, step = steps[i], pictures, runtime] {
                djescc::prepare_thread(runtime);
                try {
                    while (run_once(i, step, pictures)) {
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

    //! Pictures that left the last step. Rethrows what a step threw.
    uint64_t count() const
    {
        if (d_failed)
            for (const auto& error : d_errors)
                if (error)
                    std::rethrow_exception(error);
        return d_count;
    }

private:
    bool run_once(std::size_t i, const Step& step, const torch::Tensor& pictures)
    {
        torch::Tensor input = pictures;
        if (i > 0) {
            auto received = d_queues[i - 1].pop();
            if (!received)
                return false;
            input = std::move(*received);
        }
        torch::Tensor output = step(input);
        if (i < d_queues.size())
            return d_queues[i].push(std::move(output));
        d_count += static_cast<uint64_t>(output.size(0));
        return true; // the closed queue ends it
    }

    std::array<BoundedQueue<torch::Tensor>, 3> d_queues{
        BoundedQueue<torch::Tensor>(queue_length),
        BoundedQueue<torch::Tensor>(queue_length),
        BoundedQueue<torch::Tensor>(queue_length)
    };
    std::array<std::exception_ptr, 4> d_errors;
    std::atomic<bool> d_failed{ false };
    std::atomic<uint64_t> d_count{ 0 };
    std::vector<std::thread> d_threads;
};

} // namespace

NetRates measure_nets(const BenchOptions& options)
{
    djescc::prepare_thread(options.runtime);
    Chain chain(options);
    const auto plain = options.pictures();
    const auto protected_images = chain.encrypt(plain);
    const auto symbols = chain.encode(protected_images);
    const auto decoded = chain.decode(symbols);
    const auto rate = [&](const std::function<void()>& call) {
        return static_cast<double>(options.batch) * call_rate(options.seconds, call);
    };
    NetRates rates;
    rates.encrypt = rate([&] { chain.encrypt(plain); });
    rates.encode = rate([&] { chain.encode(protected_images); });
    rates.decode = rate([&] { chain.decode(symbols); });
    rates.decrypt = rate([&] { chain.decrypt(decoded); });
    rates.chain =
        rate([&] { chain.decrypt(chain.decode(chain.encode(chain.encrypt(plain)))); });
    return rates;
}

CounterRate measure_bare_pipeline(const BenchOptions& options)
{
    Chain chain(options);
    const Pipeline pipeline(chain.steps(), options.pictures(), options.runtime);
    return counter_rate([&] { return pipeline.count(); },
                        options.seconds,
                        least_loop_batches * static_cast<uint64_t>(options.batch));
}
