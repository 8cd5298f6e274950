/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs encoder and decoder while the times of their parts are added up.

#include "bench/parts.h"

#include "bench/bare_loops.h"
#include "bench/whole_symbols.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <djescc/image/image_io.h>
#include <djescc/net/part_times.h>
#include <djescc/runtime/role_runner.h>
#include <functional>

namespace {

constexpr double noisy_snr_db = 10.0;
// Drawn pictures, where there is no input.
constexpr int64_t drawn_pictures = 4;

/*! Calls \p call with 0, 1, ... \p count - 1 again and again.
 *  \return no parts where the net has none */
EndCost cost_of_end(const std::string& end,
                    double seconds,
                    std::size_t count,
                    const std::function<void(std::size_t)>& call)
{
    using Clock = std::chrono::steady_clock;
    for (std::size_t i = 0; i < count; i++)
        call(i);
    const djescc::PartTimes times;
    const auto start = Clock::now();
    double all = 0;
    int64_t calls = 0;
    while (all < seconds) {
        for (std::size_t i = 0; i < count; i++)
            call(i);
        calls += static_cast<int64_t>(count);
        all = std::chrono::duration<double>(Clock::now() - start).count();
    }
    EndCost cost{ end, {} };
    const auto pictures = static_cast<double>(calls);
    double rest = all;
    for (const auto& time : times.times()) {
        cost.parts.push_back({ time.part, time.seconds / pictures });
        rest -= time.seconds;
    }
    if (!cost.parts.empty()) {
        cost.parts.push_back({ "the rest", rest / pictures });
        cost.parts.push_back({ "all", all / pictures });
    }
    return cost;
}

//! Row \p i of a batch.
djescc::FrameBatch one_of(const djescc::FrameBatch& batch, std::size_t i)
{
    const auto row = static_cast<int64_t>(i);
    djescc::FrameBatch one;
    one.values = batch.values.slice(0, row, row + 1).clone();
    one.facts = { batch.facts[i] };
    return one;
}

//! White noise at noisy_snr_db, of symbols of power 1.
void add_noise(djescc::FrameBatch& symbols)
{
    const double deviation = std::pow(10.0, -noisy_snr_db / 20);
    symbols.values = symbols.values + deviation * torch::randn_like(symbols.values);
    for (auto& facts : symbols.facts)
        facts.snr_db = noisy_snr_db;
}

} // namespace

PartRates measure_parts(const BenchOptions& options)
{
    djescc::prepare_thread(options.runtime);
    const djescc::ModelSource source{ options.model, {}, {} };
    djescc::RoleRunner encryptor(djescc::Role::encrypt, source, options.runner());
    djescc::RoleRunner encoder(djescc::Role::encode, source, options.runner());
    djescc::RoleRunner decoder(djescc::Role::decode, source, options.runner());

    BenchOptions several = options;
    several.batch = options.input.empty()
                        ? drawn_pictures
                        : static_cast<int64_t>(djescc::list_images(options.input).size());
    const auto images = encryptor.run(several.pictures());
    std::vector<djescc::FrameBatch> plain, received;
    for (std::size_t i = 0; i < images.facts.size(); i++)
        plain.push_back(one_of(images, i));

    PartRates rates;
    auto encode = cost_of_end("encode", options.seconds, plain.size(), [&](auto i) {
        run_whole(encoder, plain[i]);
    });
    for (const auto& image : plain) {
        received.push_back(run_whole(encoder, image));
        add_noise(received.back());
    }
    auto decode = cost_of_end("decode", options.seconds, received.size(), [&](auto i) {
        decoder.run(received[i]);
    });
    if (encode.parts.empty() && decode.parts.empty())
        return rates;
    rates.ends = { std::move(encode), std::move(decode) };
    BenchOptions single = options;
    single.batch = 1;
    rates.both = measure_bare_pipeline(single);
    return rates;
}
