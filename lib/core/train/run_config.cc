/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The keys that every training configuration has, read and checked. */
#include "train/run_config.h"

#include <limits>

namespace djescc {
namespace {

constexpr int64_t many = std::numeric_limits<int64_t>::max();
constexpr double least_rate = 1e-9, largest_rate = 10.0, largest_norm = 1e9;
constexpr int64_t largest_batch = 65536;

//! Length, rate, clip and schedule; those that are absent as in \p phase.
void read_phase(ConfigReader& length,
                ConfigReader& optimizer,
                const std::string& where,
                TrainingPhase& phase)
{
    phase.steps = length.get_in<int64_t>("steps", 0, 0, many);
    phase.epochs = length.get_in<int64_t>("epochs", 0, 0, many);
    if ((phase.steps > 0) == (phase.epochs > 0))
        throw ConfigError(where + "set one of \"steps\" and \"epochs\"");
    phase.learning_rate =
        optimizer.get_in("learning_rate", phase.learning_rate, least_rate, largest_rate);
    phase.gradient_clip =
        optimizer.get_in("gradient_clip", phase.gradient_clip, 0.0, largest_norm);
    const auto schedule = optimizer.child("schedule");
    if (!schedule.is_null())
        phase.schedule = schedule;
}

std::vector<TrainingPhase>
read_phases(ConfigReader& reader, ConfigReader& optimizer, TrainingPhase common)
{
    common.frozen = reader.get("frozen", common.frozen);
    const auto list = reader.child("phases");
    if (list.is_null()) {
        read_phase(reader, optimizer, "", common);
        return { common };
    }
    if (!list.is_array() || list.empty())
        throw ConfigError("phases must be a list of at least one object");
    if (reader.has("steps") || reader.has("epochs"))
        throw ConfigError(
            "each of the phases has \"steps\" or \"epochs\" of its own; "
            "remove those beside \"phases\"");
    common.learning_rate =
        optimizer.get_in("learning_rate", common.learning_rate, least_rate, largest_rate);
    common.gradient_clip =
        optimizer.get_in("gradient_clip", common.gradient_clip, 0.0, largest_norm);
    common.schedule = optimizer.child("schedule");
    std::vector<TrainingPhase> phases;
    for (const auto& item : list) {
        const auto where = "phases[" + std::to_string(phases.size()) + "]";
        ConfigReader part(item, where);
        auto phase = common;
        read_phase(part, part, where + ": ", phase);
        for (const auto& name : part.get("frozen", std::vector<std::string>()))
            phase.frozen.push_back(name);
        part.finish();
        phases.push_back(phase);
    }
    return phases;
}

} // namespace

RunConfig read_run_config(ConfigReader& reader, OptimizerKind kind, RunConfig config)
{
    TrainingPhase common;
    if (!config.phases.empty())
        common = config.phases.front();
    ConfigReader optimizer(reader.child("optimizer"), "optimizer");
    // Batch normalisation of what is left of one small image knows no deviation.
    const bool adam = kind == OptimizerKind::adam;
    config.batch =
        optimizer.get_in<int64_t>("batch", config.batch, adam ? 1 : 2, largest_batch);
    if (adam) {
        config.betas = optimizer.get("betas", config.betas);
        for (const double beta : config.betas)
            if (!(beta >= 0 && beta < 1))
                throw ConfigError(
                    "optimizer.betas must be two numbers from 0 to below 1");
        config.weight_average = optimizer.get_in("weight_average", 0.0, 0.0, 0.999999);
    } else {
        config.momentum = optimizer.get_in("momentum", config.momentum, 0.0, 0.9999);
        config.weight_decay =
            optimizer.get_in("weight_decay", config.weight_decay, 0.0, 1.0);
    }
    config.phases = read_phases(reader, optimizer, common);
    optimizer.finish();
    config.validate_every =
        reader.get_in<int64_t>("validate_every", config.validate_every, 1, many);
    config.checkpoint_every =
        reader.get_in<int64_t>("checkpoint_every", config.checkpoint_every, 1, many);
    config.seed = reader.get<uint64_t>("seed", config.seed);
    config.precision = read_precision(reader);
    return config;
}

} // namespace djescc
