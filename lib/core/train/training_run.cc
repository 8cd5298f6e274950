/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loop of a TrainingRun: its steps, what it measures, writes and reports. */
#include "files/file_io.h"
#include "files/strict_json.h"
#include "net/random.h"
#include "train/checkpoint.h"
#include "train/training_run_parts.h"
#include <chrono>
#include <cmath>
#include <djescc/error.h>
#include <filesystem>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

namespace djescc {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<std::string> log_columns(const TrainingTask& task)
{
    std::vector<std::string> columns{ "step",          "images",
                                      "seconds",       "images_per_second",
                                      "learning_rate", "loss" };
    for (const auto& column : task.columns())
        columns.push_back(column);
    return columns;
}

} // namespace

std::string TrainingRun::path(const std::string& name) const
{
    return (fs::path(d_settings.options.output) / name).string();
}

void TrainingRun::say(const std::string& text) const
{
    if (d_settings.options.message && !text.empty())
        d_settings.options.message(text);
}

bool TrainingRun::run()
{
    auto& parts = *d_parts;
    const auto& options = d_settings.options;
    const auto& config = d_settings.config;
    announce();
    if (!options.output.empty()) {
        replace_file(path("config.json"), json_text(d_settings.json, 2) + "\n");
        parts.log.emplace(path("log.csv"),
                          log_columns(d_task),
                          options.resume ? d_state.step : int64_t{ -1 });
    }
    // A run that was shortened to where it stands has its product still to write.
    if (d_state.step == d_state.step_count && !d_state.finished)
        save();
    auto reported = Clock::now();
    int64_t reported_step = d_state.step;
    while (d_state.step < d_state.step_count) {
        if (d_state.step == parts.phase_ends[parts.phase])
            begin_phase(parts.phase + 1);
        const auto loss = do_step();
        parts.log_loss.add(loss.total);
        parts.report_loss.add(loss.total);
        parts.saved_loss.add(loss.total);
        add(parts.log_means, loss.columns);
        parts.schedule->step_done(loss.total);
        ++d_state.step;
        d_state.images += config.batch;
        const bool last = d_state.step == d_state.step_count;
        const bool stop = d_state.step == options.stop_at ||
                          (options.stop_requested && options.stop_requested());
        if (d_state.step % config.validate_every == 0 || last)
            validate();
        if (d_state.step % config.checkpoint_every == 0 || last || stop)
            save();
        if (seconds_since(reported) > d_settings.seconds_between_reports || last) {
            report(static_cast<double>(d_state.step - reported_step) /
                   seconds_since(reported));
            reported = Clock::now();
            reported_step = d_state.step;
        }
        if (stop && !last)
            return false;
    }
    return true;
}

LossParts TrainingRun::do_step()
{
    auto& parts = *d_parts;
    const auto& config = d_settings.config;
    const auto& phase = config.phases[parts.phase];
    const auto started = Clock::now();
    TrainingMoment moment;
    moment.step = d_state.step;
    moment.epoch = static_cast<double>(d_state.step) /
                   static_cast<double>(d_settings.steps_per_epoch);
    moment.progress =
        static_cast<double>(d_state.step) / static_cast<double>(d_state.step_count);
    moment.seed = derive_seed(
        config.seed, RandomPurpose::masks, static_cast<uint64_t>(d_state.step));

    for (const auto& [name, net] : parts.nets)
        net->train();
    parts.frozen[parts.phase].evaluate();
    parts.rate =
        phase.learning_rate *
        parts.schedule->factor(d_state.step - parts.phase_start,
                               parts.phase_ends[parts.phase] - parts.phase_start);
    for (auto& group : parts.optimizer->param_groups())
        group.options().set_lr(parts.rate);
    d_task.prepare(moment);
    // None instead of zeros: the optimiser leaves weights without a gradient alone, here
    // and after a resumption.
    for (auto& tensor : parts.tensors)
        tensor.mutable_grad() = torch::Tensor();
    LossParts loss;
    {
        const Autocast autocast(mixes_bfloat16(config.precision, d_settings.device),
                                d_settings.device);
        loss = d_task.forward(moment);
    }
    loss.total.backward();
    if (phase.gradient_clip > 0)
        torch::nn::utils::clip_grad_norm_(parts.tensors, phase.gradient_clip);
    parts.optimizer->step();
    if (parts.average)
        parts.average->update(d_state.step);
    loss.total = loss.total.detach();
    d_state.seconds += seconds_since(started);
    return loss;
}

void TrainingRun::require_finite(double loss) const
{
    if (!std::isfinite(loss))
        throw Error("the loss is not finite at step " + std::to_string(d_state.step) +
                    "; " + d_settings.remedy);
}

void TrainingRun::validate()
{
    auto& parts = *d_parts;
    require_finite(parts.log_loss.value());
    {
        const AveragedWeights averaged(parts.average.get());
        parts.validation = d_task.validate(d_state);
    }
    if (parts.log) {
        auto values = parts.validation.columns;
        const auto images = static_cast<double>(d_state.images);
        values["images"] = images;
        values["seconds"] = d_state.seconds;
        values["images_per_second"] = images / d_state.seconds;
        values["learning_rate"] = parts.rate;
        values["loss"] = parts.log_loss.value();
        for (const auto& [name, mean] : parts.log_means)
            values[name] = mean.value();
        parts.log->write(d_state.step, values);
    }
    if (!parts.validation.message.empty())
        say("step " + std::to_string(d_state.step) + ": " + parts.validation.message);
    parts.log_loss = {};
    parts.log_means.clear();
}

void TrainingRun::save()
{
    auto& parts = *d_parts;
    if (parts.saved_loss.count() > 0)
        require_finite(parts.saved_loss.value());
    parts.saved_loss = {};
    const auto averages =
        parts.average ? parts.average->averages() : std::vector<torch::Tensor>();
    const auto broken = first_not_finite(parts.nets, averages);
    if (!broken.empty())
        throw Error("the weight " + broken + " is not finite at step " +
                    std::to_string(d_state.step) + "; " + d_settings.remedy);
    d_state.finished = d_state.step == d_state.step_count;
    if (d_settings.options.output.empty())
        return;
    nlohmann::json trained = nlohmann::json::array();
    for (const auto& weight : parts.weights)
        trained.push_back(weight.name);
    write_checkpoint(path("checkpoint.pt"),
                     parts.nets,
                     *parts.optimizer,
                     averages,
                     { { "config", d_settings.json },
                       { "step", d_state.step },
                       { "seconds", d_state.seconds },
                       { "finished", d_state.finished },
                       { "trained", trained },
                       { "phase", parts.phase },
                       { "schedule", parts.schedule->state() },
                       { "epoch_loss", parts.schedule->mean_state() },
                       { "resumptions", d_state.resumptions } });
    const AveragedWeights averaged(parts.average.get());
    d_task.save(d_state);
}

void TrainingRun::report(double steps_per_second)
{
    auto& parts = *d_parts;
    const double loss = parts.report_loss.value();
    parts.report_loss = {};
    require_finite(loss);
    if (!d_settings.options.progress)
        return;
    TrainProgress progress;
    progress.step = d_state.step;
    progress.step_count = d_state.step_count;
    progress.images_per_second =
        steps_per_second * static_cast<double>(d_settings.config.batch);
    progress.seconds_left =
        static_cast<double>(d_state.step_count - d_state.step) / steps_per_second;
    progress.loss = loss;
    progress.learning_rate = parts.rate;
    progress.validation_psnr_db = parts.validation.psnr_db;
    progress.validation_accuracy = parts.validation.accuracy;
    d_settings.options.progress(progress);
}

} // namespace djescc
