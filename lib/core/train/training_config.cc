/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The keys of a configuration for training a model, read and checked. */
#include "train/training_config.h"

#include <algorithm>
#include <djescc/files/config.h>
#include <djescc/model/manifest.h>
#include <djescc/net/role.h>
#include <filesystem>

namespace djescc {
namespace {

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

//! The object \p key; where it is not given, that of the model that \p role starts from.
nlohmann::json net_config(ConfigReader& reader,
                          const std::string& key,
                          const std::map<std::string, std::string>& initial,
                          Role role)
{
    const auto model = initial.find(to_string(role));
    if (reader.has(key) || model == initial.end())
        return reader.require<nlohmann::json>(key);
    const auto path = std::filesystem::path(model->second) / "model.json";
    const auto manifest = Manifest::read(path.string());
    return key == "cipher" ? manifest.cipher : manifest.codec;
}

// What is frozen from the start needs weights to keep.
void check_frozen(const std::vector<std::string>& parts,
                  const std::map<std::string, std::string>& initial)
{
    for (const auto& part : parts) {
        const auto role = part.substr(0, part.find('.'));
        const bool known =
            std::any_of(all_roles.begin(), all_roles.end(), [&](Role other) {
                return role == to_string(other);
            });
        if (!known)
            throw ConfigError("frozen: \"" + part +
                              "\" must be or begin with \"encrypt\", \"encode\", "
                              "\"decode\" or \"decrypt\"");
        if (initial.count(role) == 0)
            throw ConfigError("frozen: the role " + role +
                              " needs weights to keep: set initial." + role);
    }
}

} // namespace

TrainingConfig::TrainingConfig(const nlohmann::json& json)
{
    ConfigReader reader(json, "");
    if (reader.get<std::string>("task", "model") != "model")
        throw ConfigError("task must be \"model\" or \"classification\"");
    name = reader.require<std::string>("name");
    initial = read_initial(reader.child("initial"));
    cipher = net_config(reader, "cipher", initial, Role::encrypt);
    codec = net_config(reader, "codec", initial, Role::encode);
    loss = reader.child("loss");
    reader.get<std::string>("comment", "");

    ConfigReader data(reader.require<nlohmann::json>("data"), "data");
    training_data = data.require<nlohmann::json>("train");
    validation_data = data.require<nlohmann::json>("validation");
    crop = data.get_in<int64_t>("crop", 0, 0, 65536);
    flip = data.get("flip", true);
    data.finish();

    snr_db = reader.get("snr_db", snr_db);
    if (!(snr_db[0] <= snr_db[1] && snr_db[0] >= -30 && snr_db[1] <= 100))
        throw ConfigError("snr_db must be [lowest, highest] between -30 and 100 dB");

    ConfigReader robustness(reader.child("robustness"), "robustness");
    damage.round_to_8_bits = robustness.get("round_to_8_bits", false);
    damage.erased = robustness.get_in("erased", 0.0, 0.0, 0.9);
    robustness.finish();

    const auto way_back = reader.child("feedback_snr_db");
    if (!way_back.is_null() && way_back != "noiseless") {
        const auto range = reader.require<std::array<double, 2>>("feedback_snr_db");
        feedback_snr_db = range;
        if (!(range[0] <= range[1] && range[0] >= -30 && range[1] <= 60))
            throw ConfigError(
                "feedback_snr_db must be \"noiseless\" or [lowest, highest] "
                "between -30 and 60 dB");
    }

    argmax_agreement = reader.get("argmax_agreement", false);
    run = read_run_config(reader, OptimizerKind::adam, {});
    if (reader.has("secret_seed"))
        secret_seed = reader.require<uint64_t>("secret_seed");
    fixed_secrets = reader.get("fixed_secrets", false);
    if (fixed_secrets && !secret_seed)
        throw ConfigError("fixed_secrets needs secret_seed, which says what they are");
    grow = reader.get("grow", false);
    if (grow && initial.empty())
        throw ConfigError("grow needs a model that the nets grow from: set initial");
    check_frozen(run.phases.front().frozen, initial);
    reader.finish();
}

} // namespace djescc
