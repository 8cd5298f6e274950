/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The four kinds of schedules. */
#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <djescc/files/config.h>
#include <limits>

namespace djescc {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr int64_t most_steps = 1000000000;
// CIFAR-10 at the paper's batch of 128 has 390 steps an epoch, so this changes nothing
// there; 7 pictures have one.
constexpr int64_t fewest_steps = 100;

} // namespace

Schedule::Schedule(const nlohmann::json& config, int64_t steps_per_epoch)
    : d_best(std::numeric_limits<double>::max())
{
    ConfigReader reader(config, "optimizer.schedule");
    const auto type = reader.get<std::string>("type", "plateau");
    if (type == "cosine") {
        d_type = Type::cosine;
        d_warmup = reader.get_in<int64_t>("warmup", 0, 0, most_steps);
        d_floor = reader.get_in("floor", 0.01, 0.0, 1.0);
    } else if (type == "plateau") {
        d_patience = reader.get_in<int64_t>("patience", 10, 1, 1000000);
        d_drop = reader.get_in("factor", 0.1, 1e-6, 1.0);
        d_floor = reader.get_in("floor", 1e-4, 0.0, 1.0);
        const auto fewest =
            reader.get_in<int64_t>("interval", fewest_steps, 1, most_steps);
        d_interval = (fewest + steps_per_epoch - 1) / steps_per_epoch * steps_per_epoch;
    } else if (type == "steps") {
        d_type = Type::steps;
        d_drops_at = reader.require<std::vector<int64_t>>("at");
        d_drop = reader.get_in("factor", 0.1, 1e-6, 1.0);
    } else if (type == "constant") {
        d_type = Type::constant;
    } else {
        throw ConfigError(
            "optimizer.schedule.type must be \"plateau\", \"cosine\", "
            "\"steps\" or \"constant\"");
    }
    reader.finish();
}

double Schedule::factor(int64_t step, int64_t step_count) const
{
    if (d_type == Type::plateau)
        return d_current;
    if (d_type == Type::constant)
        return 1;
    if (d_type == Type::steps)
        return std::pow(
            d_drop, std::count_if(d_drops_at.begin(), d_drops_at.end(), [&](int64_t at) {
                return at <= step;
            }));
    if (step < d_warmup)
        return static_cast<double>(step + 1) / static_cast<double>(d_warmup);
    const double progress =
        static_cast<double>(step - d_warmup) /
        static_cast<double>(std::max<int64_t>(1, step_count - d_warmup));
    return d_floor + (1 - d_floor) * 0.5 * (1 + std::cos(pi * std::min(progress, 1.0)));
}

void Schedule::step_done(const torch::Tensor& loss)
{
    if (d_type != Type::plateau)
        return;
    d_mean.add(loss);
    if (d_mean.count() < d_interval)
        return;
    const double mean = d_mean.value();
    d_mean = {};
    if (mean < d_best) {
        d_best = mean;
        d_intervals_without_gain = 0;
    } else if (++d_intervals_without_gain >= d_patience) {
        d_current = std::max(d_current * d_drop, d_floor);
        d_intervals_without_gain = 0;
    }
}

// "epochs": the name that checkpoints have had from the beginning.
nlohmann::json Schedule::state() const
{
    return { { "current", d_current },
             { "best", d_best },
             { "epochs_without_gain", d_intervals_without_gain } };
}

void Schedule::set_state(const nlohmann::json& state)
{
    d_current = state.at("current").get<double>();
    d_best = state.at("best").get<double>();
    d_intervals_without_gain = state.at("epochs_without_gain").get<int64_t>();
}

void Schedule::forget_losses()
{
    d_best = std::numeric_limits<double>::max();
    d_intervals_without_gain = 0;
    d_mean = {};
}

} // namespace djescc
