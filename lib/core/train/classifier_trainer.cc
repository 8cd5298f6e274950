/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Training of a classifier: its steps, its accuracy, and the files that it becomes. */
#include <djescc/train/trainer.h>

#include "files/file_io.h"
#include "loss/vgg16.h"
#include "net/net_state.h"
#include "net/random.h"
#include "train/classifier_data.h"
#include "train/training_run.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/loss/classifier.h>
#include <djescc/version.h>
#include <filesystem>
#include <torch/nn/functional/loss.h>
#include <torch/utils.h>

namespace djescc {
namespace {

namespace fs = std::filesystem;

constexpr int64_t validation_batch = 256;
constexpr int64_t usual_cut = 3; // blocks

class ClassifierTraining : public TrainingTask
{
public:
    ClassifierTraining(const nlohmann::json& json, const TrainOptions& options)
        : d_json(json)
        , d_output(options.output)
        , d_config(json)
        , d_data(d_config, options.data_root)
        , d_device(prepare_training(options))
    {
        torch::manual_seed(derive_seed(d_config.run.seed, RandomPurpose::weights, 0));
        d_net = Classifier::create(d_config.net, d_data.class_count());
        d_vgg = std::dynamic_pointer_cast<Vgg16Classifier>(d_net);
        if (!d_vgg && (d_config.cut > 0 || !d_config.initial.empty()))
            throw ConfigError("net.cut and net.initial are for nets of type \"vgg16\"");
        if (d_config.cut > d_net->blocks() || d_config.initial_blocks > d_net->blocks())
            throw ConfigError(
                "net.cut and net.initial.blocks must be at most the net's " +
                std::to_string(d_net->blocks()) + " blocks");
        if (d_config.cut == 0)
            d_config.cut = std::min(d_net->blocks(), usual_cut);
        if (!d_config.initial.empty())
            load_initial((fs::path(options.data_root) / d_config.initial).string());
        d_net->to(d_device);
    }

    RunSettings settings(const TrainOptions& options) const
    {
        RunSettings settings;
        settings.config = d_config.run;
        settings.optimizer = OptimizerKind::gradient_descent;
        settings.steps_per_epoch = d_data.steps_per_epoch();
        settings.device = d_device;
        settings.json = d_json;
        settings.options = options;
        return settings;
    }

    NamedNets nets() const override { return { { "net", d_net } }; }
    std::string name() const override { return "the classifier " + d_config.name; }
    std::string data() const override { return d_data.description(); }
    std::vector<std::string> columns() const override { return { "accuracy" }; }

    void prepare(const TrainingMoment& moment) override
    {
        d_batch = d_data.training_batch(moment.step);
        d_batch.images = d_batch.images.to(d_device);
        d_batch.labels = d_batch.labels.to(d_device);
    }

    LossParts forward(const TrainingMoment&) override
    {
        namespace F = torch::nn::functional;
        return { F::cross_entropy(d_net->logits(d_batch.images),
                                  d_batch.labels,
                                  F::CrossEntropyFuncOptions().label_smoothing(
                                      d_config.label_smoothing)),
                 {} };
    }

    Validation validate(const RunState&) override
    {
        d_accuracy = measure_accuracy();
        Validation validation;
        validation.columns["accuracy"] = d_accuracy;
        validation.accuracy = d_accuracy;
        validation.message = "accuracy " + std::to_string(100 * d_accuracy) + " %";
        return validation;
    }

    void save(const RunState& state) override
    {
        if (d_vgg)
            save_features();
        nlohmann::json about = { { "name", d_config.name },
                                 { "data", d_data.description() },
                                 { "commit", commit },
                                 { "steps", state.step },
                                 { "seconds", std::llround(state.seconds) },
                                 { "finished", state.finished },
                                 { "config", d_json } };
        if (const auto names = d_data.class_names(); !names.empty())
            about["class_names"] = names;
        if (!state.resumptions.empty())
            about["resumptions"] = state.resumptions;
        if (std::isfinite(d_accuracy))
            about["accuracy"] = d_accuracy;
        d_net->save(d_output, about);
    }

private:
    // The first blocks of a net that was trained before.
    void load_initial(const std::string& file)
    {
        torch::NoGradGuard no_grad;
        Vgg16Features part(d_config.initial_blocks > 0 ? d_config.initial_blocks
                                                       : d_config.cut);
        load_features(*part, file, "net.initial.blocks");
        auto parameters = d_vgg->convolutions()->named_parameters();
        for (const auto& item : part->named_parameters())
            parameters[item.key()].copy_(item.value());
        auto buffers = d_vgg->convolutions()->named_buffers();
        for (const auto& item : part->named_buffers())
            buffers[item.key()].copy_(item.value());
    }

    double measure_accuracy()
    {
        torch::NoGradGuard no_grad;
        d_net->eval();
        int64_t right = 0;
        const int64_t count = d_data.validation_size();
        for (int64_t first = 0; first < count; first += validation_batch) {
            const auto batch =
                d_data.validation_batch(first, std::min(validation_batch, count - first));
            const auto answers = d_net->logits(batch.images.to(d_device)).argmax(1);
            right += (answers.cpu() == batch.labels).sum().item<int64_t>();
        }
        return static_cast<double>(right) / static_cast<double>(count);
    }

    void save_features() const
    {
        Vgg16Features cut(d_config.cut);
        const auto whole = net_state(*d_vgg->convolutions());
        TensorFile file;
        for (const auto& [name, tensor] : net_state(*cut).tensors)
            file.tensors[name] = whole.tensors.at(name).contiguous();
        file.metadata = { { "format", "pt" },
                          { "model", d_config.name },
                          { "cut", std::to_string(d_config.cut) } };
        write_safetensors(file, (fs::path(d_output) / "features.safetensors").string());
    }

    nlohmann::json d_json;
    std::string d_output;
    ClassifierConfig d_config;
    ClassifierData d_data;
    torch::Device d_device;
    std::shared_ptr<Classifier> d_net;
    std::shared_ptr<Vgg16Classifier> d_vgg; // the same; null for another type
    LabelledImages d_batch;
    double d_accuracy = std::numeric_limits<double>::quiet_NaN();
};

} // namespace

bool train_classifier(const nlohmann::json& config, const TrainOptions& options)
{
    ClassifierTraining task(config, options);
    return TrainingRun(task, task.settings(options)).run();
}

} // namespace djescc
