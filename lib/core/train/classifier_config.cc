/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/classifier_config.h"

#include <algorithm>
#include <djescc/files/config.h>
#include <limits>

namespace djescc {

ClassifierConfig::ClassifierConfig(const nlohmann::json& json)
{
    constexpr int64_t many = std::numeric_limits<int64_t>::max();
    ConfigReader reader(json, "");
    if (reader.require<std::string>("task") != "classification")
        throw ConfigError("task must be \"classification\" here");
    name = reader.require<std::string>("name");
    reader.get<std::string>("comment", "");
    ConfigReader net(reader.child("net"), "net");
    blocks = net.get_in<int64_t>("blocks", 5, 1, 5);
    cut = net.get_in<int64_t>("cut", std::min<int64_t>(blocks, 3), 1, blocks);
    ConfigReader start(net.child("initial"), "net.initial");
    initial = start.get<std::string>("weights", "");
    initial_blocks = start.get_in<int64_t>("blocks", cut, 1, blocks);
    start.finish();
    net.finish();
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
    ConfigReader optimizer(reader.child("optimizer"), "optimizer");
    batch = optimizer.get_in<int64_t>("batch", 128, 2, 65536);
    learning_rate = optimizer.get_in("learning_rate", 0.05, 1e-9, 10.0);
    momentum = optimizer.get_in("momentum", 0.9, 0.0, 0.9999);
    weight_decay = optimizer.get_in("weight_decay", 5e-4, 0.0, 1.0);
    schedule = optimizer.child("schedule");
    optimizer.finish();
    epochs = reader.get_in<int64_t>("epochs", 0, 0, many);
    steps = reader.get_in<int64_t>("steps", 0, 0, many);
    if ((steps > 0) == (epochs > 0))
        throw ConfigError("set one of \"steps\" and \"epochs\"");
    validate_every = reader.get_in<int64_t>("validate_every", 1000, 1, many);
    checkpoint_every = reader.get_in<int64_t>("checkpoint_every", 1000, 1, many);
    seed = reader.get<uint64_t>("seed", 1);
    precision = read_precision(reader);
    reader.finish();
}

} // namespace djescc
