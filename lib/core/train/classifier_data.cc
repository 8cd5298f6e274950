/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A classifier's configuration read, and its batches made. */
#include "train/classifier_data.h"

#include "data/dataset_kinds.h"
#include "net/random.h"
#include <algorithm>
#include <djescc/files/config.h>
#include <torch/nn/functional/padding.h>

namespace djescc {
namespace {

constexpr int64_t quarter_turns = 4;
constexpr double centre = 0.5;
constexpr int64_t most_blocks = 1000;

torch::Tensor turned(const torch::Tensor& images, const torch::Tensor& turns)
{
    std::vector<torch::Tensor> all;
    for (int64_t i = 0; i < images.size(0); ++i)
        all.push_back(images[i].rot90(turns[i].item<int64_t>(), { 1, 2 }));
    return torch::stack(all);
}

} // namespace

ClassifierConfig::ClassifierConfig(const nlohmann::json& json)
{
    ConfigReader reader(json, "");
    if (reader.require<std::string>("task") != "classification")
        throw ConfigError("task must be \"classification\" here");
    name = reader.require<std::string>("name");
    reader.get<std::string>("comment", "");
    net = reader.child("net");
    if (net.is_null())
        net = nlohmann::json::object();
    ConfigReader own(net, "net");
    cut = own.get_in<int64_t>("cut", 0, 0, most_blocks);
    ConfigReader start(own.child("initial"), "net.initial");
    initial = start.get<std::string>("weights", "");
    initial_blocks = start.get_in<int64_t>("blocks", 0, 0, most_blocks);
    start.finish();
    net.erase("cut");
    net.erase("initial");
    ConfigReader data(reader.require<nlohmann::json>("data"), "data");
    training_data = data.require<nlohmann::json>("train");
    validation_data = data.require<nlohmann::json>("validation");
    const auto labels = data.get<std::string>("labels", "own");
    if (labels != "own" && labels != "rotation")
        throw ConfigError("data.labels must be \"own\" or \"rotation\"");
    rotation = labels == "rotation";
    crop = data.get_in<int64_t>("crop", 0, 0, 4096);
    shift = data.get_in<int64_t>("shift", crop > 0 ? 0 : 4, 0, 16);
    flip = data.get("flip", true);
    data.finish();
    ConfigReader loss(reader.child("loss"), "loss");
    label_smoothing = loss.get_in("label_smoothing", 0.0, 0.0, 0.99);
    loss.finish();
    RunConfig defaults;
    defaults.batch = 128;
    defaults.phases.emplace_back();
    defaults.phases.back().learning_rate = 0.05;
    run = read_run_config(reader, OptimizerKind::gradient_descent, defaults);
    reader.finish();
}

ClassifierData::ClassifierData(const ClassifierConfig& config, const std::string& root)
    : d_config(config)
    , d_training(Dataset::open(config.training_data, root))
    , d_validation(Dataset::open(config.validation_data, root))
    , d_order(d_training->size(), config.run.batch, config.run.seed)
{
    if (class_count() < 2)
        d_training->labels({}); // says what is wrong
}

int64_t ClassifierData::class_count() const
{
    return d_config.rotation ? quarter_turns : d_training->class_count();
}

std::vector<std::string> ClassifierData::class_names() const
{
    return d_config.rotation ? std::vector<std::string>{}
                             : djescc::class_names(d_config.training_data);
}

LabelledImages ClassifierData::labelled(const std::vector<CropChoice>& choices,
                                        const Dataset& data,
                                        const torch::Tensor& turns) const
{
    const auto images = data.crops(choices, d_config.crop).to(torch::kFloat32).div_(255);
    if (d_config.rotation)
        return { turned(images, turns), turns };
    return { images, data.labels(choices) };
}

LabelledImages ClassifierData::training_batch(int64_t step)
{
    auto generator = make_generator(
        derive_seed(d_config.run.seed, RandomPurpose::crop, static_cast<uint64_t>(step)));
    const auto dice = torch::rand({ d_config.run.batch, 3 }, generator);
    const auto turns = torch::randint(quarter_turns, { d_config.run.batch }, generator)
                           .to(torch::kInt64);
    const auto die = dice.accessor<float, 2>();
    const auto chosen = d_order.images(step);
    std::vector<CropChoice> choices;
    for (int64_t i = 0; i < d_config.run.batch; ++i)
        choices.push_back({ chosen[static_cast<std::size_t>(i)],
                            die[i][0],
                            die[i][1],
                            d_config.flip && die[i][2] < 0.5f });
    auto batch = labelled(choices, *d_training, turns);
    if (d_config.shift == 0)
        return batch;
    namespace F = torch::nn::functional;
    const int64_t room = d_config.shift;
    const auto padded =
        F::pad(batch.images,
               F::PadFuncOptions({ room, room, room, room }).mode(torch::kReflect));
    const auto place = [&](float value) {
        return std::min(static_cast<int64_t>(value * static_cast<float>(2 * room + 1)),
                        2 * room);
    };
    std::vector<torch::Tensor> shifted;
    for (int64_t i = 0; i < d_config.run.batch; ++i)
        shifted.push_back(padded[i]
                              .narrow(1, place(die[i][0]), batch.images.size(2))
                              .narrow(2, place(die[i][1]), batch.images.size(3)));
    batch.images = torch::stack(shifted);
    return batch;
}

LabelledImages ClassifierData::validation_batch(int64_t first, int64_t count) const
{
    std::vector<CropChoice> choices;
    for (int64_t i = first; i < first + count; ++i)
        choices.push_back({ i, centre, centre, false });
    return labelled(choices,
                    *d_validation,
                    torch::arange(first, first + count).remainder(quarter_turns));
}

} // namespace djescc
