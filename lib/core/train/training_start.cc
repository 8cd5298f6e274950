/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How a TrainingRun begins: optimiser, phases, what is frozen in them, and
 *  resumption. */
#include "train/checkpoint.h"
#include "train/training_run_parts.h"
#include <algorithm>
#include <djescc/error.h>
#include <djescc/net/device.h>
#include <filesystem>
#include <locale>
#include <sstream>
#include <thread>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>
#include <torch/utils.h>

namespace djescc {
namespace {

std::unique_ptr<torch::optim::Optimizer>
make_optimizer(const RunSettings& settings, const std::vector<torch::Tensor>& weights)
{
    const auto& config = settings.config;
    const double rate = config.phases.front().learning_rate;
    if (settings.optimizer == OptimizerKind::adam)
        return std::make_unique<torch::optim::Adam>(
            weights,
            torch::optim::AdamOptions(rate).betas(
                std::make_tuple(config.betas[0], config.betas[1])));
    return std::make_unique<torch::optim::SGD>(weights,
                                               torch::optim::SGDOptions(rate)
                                                   .momentum(config.momentum)
                                                   .weight_decay(config.weight_decay)
                                                   .nesterov(config.momentum > 0));
}

} // namespace

torch::Device prepare_training(const TrainOptions& options)
{
    RuntimeOptions runtime;
    runtime.device = options.device;
    runtime.threads =
        options.threads > 0
            ? options.threads
            : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    prepare_thread(runtime);
    return select_device(options.device);
}

TrainingRun::~TrainingRun() = default;

TrainingRun::TrainingRun(TrainingTask& task, RunSettings settings)
    : d_task(task), d_settings(std::move(settings)), d_parts(std::make_unique<Parts>())
{
    auto& parts = *d_parts;
    const auto& config = d_settings.config;
    parts.nets = task.nets();
    for (const auto& phase : config.phases) {
        parts.frozen.emplace_back(phase.frozen, parts.nets);
        d_state.step_count +=
            phase.steps > 0 ? phase.steps : phase.epochs * d_settings.steps_per_epoch;
        parts.phase_ends.push_back(d_state.step_count);
        // so that a mistake in a later phase is said now
        Schedule(phase.schedule, d_settings.steps_per_epoch);
    }
    for (const auto& weight : weights_of(parts.nets)) {
        const bool always_frozen =
            std::all_of(parts.frozen.begin(), parts.frozen.end(), [&](const auto& part) {
                return part.contains(weight.name);
            });
        if (always_frozen)
            weight.tensor.requires_grad_(false);
        if (!weight.tensor.requires_grad())
            continue;
        parts.weights.push_back(weight);
        parts.tensors.push_back(weight.tensor);
    }
    for (const auto& frozen : parts.frozen)
        if (std::all_of(parts.weights.begin(),
                        parts.weights.end(),
                        [&](const auto& weight) { return frozen.contains(weight.name); }))
            throw ConfigError("frozen: it leaves nothing to be trained");
    parts.optimizer = make_optimizer(d_settings, parts.tensors);
    if (config.weight_average > 0) {
        auto averaged = parts.tensors;
        const auto statistics = normalization_statistics(parts.nets);
        averaged.insert(averaged.end(), statistics.begin(), statistics.end());
        parts.average = std::make_unique<WeightAverage>(averaged, config.weight_average);
    }
    begin_phase(0);
    if (!d_settings.options.output.empty())
        std::filesystem::create_directories(d_settings.options.output);
    if (d_settings.options.resume)
        resume();
}

void TrainingRun::begin_phase(std::size_t phase)
{
    auto& parts = *d_parts;
    parts.phase = phase;
    parts.phase_start = phase == 0 ? 0 : parts.phase_ends[phase - 1];
    parts.schedule.emplace(d_settings.config.phases[phase].schedule,
                           d_settings.steps_per_epoch);
    for (auto& weight : parts.weights)
        weight.tensor.requires_grad_(!parts.frozen[phase].contains(weight.name));
}

void TrainingRun::resume()
{
    auto& parts = *d_parts;
    const auto file = path("checkpoint.pt");
    const auto state = read_checkpoint_state(file);
    const auto changes = allowed_changes(state.at("config"), d_settings.json, file);
    nlohmann::json trained = nlohmann::json::array();
    for (const auto& weight : parts.weights)
        trained.push_back(weight.name);
    if (state.value("trained", trained) != trained)
        throw ConfigError(file +
                          ": belongs to a run that trained other parts; set "
                          "\"frozen\" and \"phases\" back, or start without "
                          "--resume in another output directory");
    const auto averages =
        read_checkpoint(file,
                        parts.nets,
                        *parts.optimizer,
                        parts.average ? &parts.average->averages() : nullptr,
                        d_settings.device);
    if (parts.average) {
        if (averages < parts.tensors.size())
            throw Error(file +
                        ": lacks averages of weights; start again without "
                        "--resume in another output directory");
        // Earlier releases wrote no averages of batch normalisation.
        parts.average->restart(averages);
    }
    d_state.step = state.at("step").get<int64_t>();
    d_state.images = d_state.step * d_settings.config.batch;
    d_state.seconds = state.at("seconds").get<double>();
    d_state.resumptions = state.value("resumptions", nlohmann::json::array());
    d_state.finished = state.value("finished", d_state.step >= d_state.step_count);
    if (d_state.step > d_state.step_count)
        throw ConfigError("steps, epochs or phases: the run would end after step " +
                          std::to_string(d_state.step_count) + ", but " + file +
                          " is at step " + std::to_string(d_state.step));
    if (d_state.step < d_state.step_count)
        d_state.finished = false;

    std::size_t phase = 0;
    while (phase + 1 < parts.phase_ends.size() && parts.phase_ends[phase] <= d_state.step)
        ++phase;
    begin_phase(phase);
    const bool same_phase = state.value("phase", std::size_t{ 0 }) == phase;
    // A rate that somebody sets anew is meant as it stands.
    if (same_phase && !changes_key(changes, "optimizer.learning_rate") &&
        !changes_key(changes, "phases")) {
        parts.schedule->set_state(state.at("schedule"));
        // Classifiers' older checkpoints have a sum alone.
        const auto& mean = state.at("epoch_loss");
        if (mean.is_array())
            parts.schedule->set_mean(
                mean.at(0).get<double>(), mean.at(1).get<int64_t>(), d_settings.device);
        else
            parts.schedule->set_mean(mean.get<double>(),
                                     d_state.step % d_settings.steps_per_epoch,
                                     d_settings.device);
        if (changes_key(changes, "loss"))
            parts.schedule->forget_losses();
    }
    if (changes.empty())
        return;
    nlohmann::json changed = nlohmann::json::object();
    std::string text;
    for (const auto& change : changes) {
        changed[change.key] = nlohmann::json::array({ change.before, change.now });
        text += (text.empty() ? "changed: " : ", ") + change.key + " from " +
                change.before.dump() + " to " + change.now.dump();
    }
    d_state.resumptions.push_back({ { "step", d_state.step }, { "changed", changed } });
    say(text);
}

void TrainingRun::announce() const
{
    const auto& parts = *d_parts;
    int64_t count = 0;
    for (const auto& tensor : parts.tensors)
        count += tensor.numel();
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << "training " << d_task.name() << " (" << count << " parameters) on "
         << d_task.data() << "; " << d_state.step_count << " steps of "
         << d_settings.config.batch << " on " << d_settings.device.str() << ", "
         << torch::get_num_threads() << " threads"
         << (mixes_bfloat16(d_settings.config.precision, d_settings.device)
                 ? ", mixed with bfloat16"
                 : ", float32");
    if (d_state.step > 0)
        text << "; resumed at step " << d_state.step;
    say(text.str());
}

} // namespace djescc
