/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A data set and a configuration small enough to train a model in a second, and what
 *  tests read of a run. */
#pragma once

#include "scratch_folder.h"
#include <djescc/net/role.h>
#include <djescc/train/trainer.h>
#include <fstream>
#include <sstream>
#include <string>
#include <torch/torch.h>
#include <vector>

namespace djescc::test {

//! CIFAR-10 records of smooth random pictures; classes 0 to 9 in turns where \p classes.
inline void write_records(const std::string& path, int64_t count, bool classes = false)
{
    torch::manual_seed(1);
    const auto pictures =
        torch::upsample_bilinear2d(torch::rand({ count, 3, 5, 5 }), { 32, 32 }, true)
            .mul(255)
            .to(torch::kUInt8)
            .flatten(1);
    const auto labels = (torch::arange(count).remainder(10) * (classes ? 1 : 0))
                            .to(torch::kUInt8)
                            .view({ count, 1 });
    const auto records = torch::cat({ labels, pictures }, 1).contiguous();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(records.data_ptr<uint8_t>()),
               records.numel());
}

inline nlohmann::json tiny_config()
{
    const nlohmann::json net = { { "widths", { 4, 6 } }, { "up_convolutions", 1 } };
    return { { "name", "tiny" },
             { "cipher",
               { { "type", "unet" },
                 { "space_to_depth", 4 },
                 { "encrypt", net },
                 { "decrypt", net },
                 { "mask", { { "latents", 8 }, { "noise", 8 }, { "size", 8 } } } } },
             { "codec",
               { { "type", "djscc" }, { "t", 8 }, { "initialization", "flat" } } },
             { "data",
               { { "train", { { "cifar10", "train.bin" } } },
                 { "validation", { { "cifar10", "train.bin" }, { "limit", 4 } } },
                 { "crop", 32 } } },
             { "loss", { { "structure", { { "weight", 0.01 }, { "every", 2 } } } } },
             { "optimizer", { { "batch", 8 }, { "learning_rate", 0.001 } } },
             { "steps", 24 },
             { "validate_every", 8 },
             { "checkpoint_every", 10 },
             { "secret_seed", 3 } };
}

inline TrainOptions training_options(const ScratchFolder& folder, const std::string& run)
{
    TrainOptions options;
    options.data_root = folder.path("");
    options.output = folder.path(run);
    options.device = "cpu";
    options.threads = 1;
    return options;
}

//! The weights files of all roles of a run's model.
inline std::string weights_of(const std::string& run)
{
    std::string all;
    for (const auto role : all_roles)
        all += file_bytes(run + "/model/" + to_string(role) + ".safetensors");
    return all;
}

//! A column of a run's log.csv; empty fields are NaN. Empty where there is no such
//! column.
inline std::vector<double> logged(const std::string& run, const std::string& column)
{
    std::ifstream log(run + "/log.csv");
    std::string line, field;
    std::getline(log, line);
    std::istringstream names(line);
    std::size_t place = 0;
    while (std::getline(names, field, ',') && field != column)
        ++place;
    std::vector<double> values;
    if (field != column)
        return values;
    while (std::getline(log, line)) {
        std::istringstream fields(line);
        field.clear();
        for (std::size_t i = 0; i <= place; ++i)
            if (!std::getline(fields, field, ','))
                field.clear();
        values.push_back(field.empty() ? std::numeric_limits<double>::quiet_NaN()
                                       : std::stod(field));
    }
    return values;
}

} // namespace djescc::test
