/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Nets given the weights of earlier models. */
#include "train/initial_weights.h"

#include "net/net_state.h"
#include "train/training_config.h"
#include <djescc/files/safetensors.h>
#include <filesystem>

namespace djescc {

void start_from_earlier_models(const ModelNets& nets, const TrainingConfig& config)
{
    for (const auto& [role, net] : modules(nets)) {
        const auto initial = config.initial.find(to_string(role));
        if (initial == config.initial.end())
            continue;
        const auto file =
            (std::filesystem::path(initial->second) / (to_string(role) + ".safetensors"))
                .string();
        if (!net->parameters().empty())
            set_net_state(*net,
                          read_safetensors(file),
                          file,
                          [&, net = net](const std::string& name) {
                              return config.grow && net->starts_as_nothing(name);
                          });
    }
}

} // namespace djescc
