/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <djescc/files/config.h>
#include <limits>

namespace djescc {
namespace {

constexpr double pi = 3.14159265358979323846;

} // namespace

Schedule::Schedule(const nlohmann::json& config)
    : d_best(std::numeric_limits<double>::max())
{
    ConfigReader reader(config, "optimizer.schedule");
    const auto type = reader.get<std::string>("type", "plateau");
    if (type == "cosine") {
        d_cosine = true;
        d_warmup = reader.get_in<int64_t>("warmup", 0, 0, 1000000000);
        d_floor = reader.get_in("floor", 0.01, 0.0, 1.0);
    } else if (type == "plateau") {
        d_patience = reader.get_in<int64_t>("patience", 10, 1, 1000000);
        d_plateau_factor = reader.get_in("factor", 0.1, 1e-6, 1.0);
        d_floor = reader.get_in("floor", 1e-4, 0.0, 1.0);
    } else {
        throw ConfigError("optimizer.schedule.type must be \"cosine\" or \"plateau\"");
    }
    reader.finish();
}

double Schedule::factor(int64_t step, int64_t step_count) const
{
    if (!d_cosine)
        return d_current;
    if (step < d_warmup)
        return static_cast<double>(step + 1) / static_cast<double>(d_warmup);
    const double progress =
        static_cast<double>(step - d_warmup) /
        static_cast<double>(std::max<int64_t>(1, step_count - d_warmup));
    return d_floor + (1 - d_floor) * 0.5 * (1 + std::cos(pi * std::min(progress, 1.0)));
}

void Schedule::epoch_ended(double mean_loss)
{
    if (mean_loss < d_best) {
        d_best = mean_loss;
        d_epochs_without_gain = 0;
    } else if (++d_epochs_without_gain >= d_patience) {
        d_current = std::max(d_current * d_plateau_factor, d_floor);
        d_epochs_without_gain = 0;
    }
}

nlohmann::json Schedule::state() const
{
    return { { "current", d_current },
             { "best", d_best },
             { "epochs_without_gain", d_epochs_without_gain } };
}

void Schedule::set_state(const nlohmann::json& state)
{
    d_current = state.at("current").get<double>();
    d_best = state.at("best").get<double>();
    d_epochs_without_gain = state.at("epochs_without_gain").get<int64_t>();
}

} // namespace djescc
