/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/training_config.h"

#include <djescc/files/config.h>
#include <djescc/net/role.h>
#include <limits>

namespace djescc {
namespace {

constexpr int64_t many = std::numeric_limits<int64_t>::max();

std::map<std::string, std::string> read_initial(const nlohmann::json& json)
{
    std::map<std::string, std::string> initial;
    if (json.is_string())
        for (const auto role : all_roles)
            initial[to_string(role)] = json.get<std::string>();
    else {
        ConfigReader reader(json, "initial");
        for (const auto role : all_roles) {
            const auto directory = reader.get<std::string>(to_string(role), "");
            if (!directory.empty())
                initial[to_string(role)] = directory;
        }
        reader.finish();
    }
    return initial;
}

std::set<std::string> read_frozen(const std::vector<std::string>& roles,
                                  const std::map<std::string, std::string>& initial)
{
    std::set<std::string> frozen;
    for (const auto& role : roles) {
        if (role != to_string(Role::encode) && role != to_string(Role::decode))
            throw ConfigError("frozen must list \"encode\", \"decode\" or both");
        if (initial.count(role) == 0)
            throw ConfigError("frozen: the role " + role +
                              " needs weights to keep: set initial." + role);
        frozen.insert(role);
    }
    return frozen;
}

} // namespace

TrainingConfig::TrainingConfig(const nlohmann::json& json)
{
    ConfigReader reader(json, "");
    if (reader.get<std::string>("task", "model") != "model")
        throw ConfigError("task must be \"model\" or \"classification\"");
    name = reader.require<std::string>("name");
    cipher = reader.require<nlohmann::json>("cipher");
    codec = reader.require<nlohmann::json>("codec");
    loss = reader.child("loss");
    reader.get<std::string>("comment", "");

    ConfigReader data(reader.require<nlohmann::json>("data"), "data");
    training_data = data.require<nlohmann::json>("train");
    validation_data = data.require<nlohmann::json>("validation");
    crop = data.get_in<int64_t>("crop", 0, 0, 65536);
    flip = data.get("flip", true);
    data.finish();

    snr_db = reader.get("snr_db", snr_db);
    if (!(snr_db[0] <= snr_db[1] && snr_db[0] >= -30 && snr_db[1] <= 60))
        throw ConfigError("snr_db must be [lowest, highest] between -30 and 60 dB");

    ConfigReader robustness(reader.child("robustness"), "robustness");
    damage.round_to_8_bits = robustness.get("round_to_8_bits", false);
    damage.erased = robustness.get_in("erased", 0.0, 0.0, 0.9);
    robustness.finish();

    ConfigReader optimizer(reader.child("optimizer"), "optimizer");
    batch = optimizer.get_in<int64_t>("batch", batch, 1, 65536);
    learning_rate = optimizer.get_in("learning_rate", learning_rate, 1e-9, 10.0);
    gradient_clip = optimizer.get_in("gradient_clip", gradient_clip, 0.0, 1e9);
    weight_average = optimizer.get_in("weight_average", 0.0, 0.0, 0.999999);
    schedule = optimizer.child("schedule");
    optimizer.finish();

    steps = reader.get_in<int64_t>("steps", 0, 0, many);
    epochs = reader.get_in<int64_t>("epochs", 0, 0, many);
    if ((steps > 0) == (epochs > 0))
        throw ConfigError("set one of \"steps\" and \"epochs\"");
    validate_every = reader.get_in<int64_t>("validate_every", validate_every, 1, many);
    checkpoint_every =
        reader.get_in<int64_t>("checkpoint_every", checkpoint_every, 1, many);
    seed = reader.get<uint64_t>("seed", seed);
    if (reader.has("secret_seed"))
        secret_seed = reader.require<uint64_t>("secret_seed");
    fixed_secrets = reader.get("fixed_secrets", false);
    if (fixed_secrets && !secret_seed)
        throw ConfigError("fixed_secrets needs secret_seed, which says what they are");
    precision = read_precision(reader);
    initial = read_initial(reader.child("initial"));
    grow = reader.get("grow", false);
    if (grow && initial.empty())
        throw ConfigError("grow needs a model that the nets grow from: set initial");
    frozen = read_frozen(reader.get("frozen", std::vector<std::string>()), initial);
    reader.finish();
}

} // namespace djescc
