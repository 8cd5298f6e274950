/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/checkpoint.h"

#include "runtime/chain.h"
#include <djescc/error.h>
#include <filesystem>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

namespace djescc {

void write_checkpoint(const std::string& path,
                      const ModelNets& nets,
                      const torch::optim::Optimizer& optimizer,
                      const std::vector<torch::Tensor>& averages,
                      const nlohmann::json& state)
{
    torch::serialize::OutputArchive archive;
    for (const auto& [role, net] : modules(nets)) {
        torch::serialize::OutputArchive part;
        net->save(part);
        archive.write(to_string(role), part);
    }
    torch::serialize::OutputArchive steps;
    optimizer.save(steps);
    archive.write("optimizer", steps);
    for (size_t i = 0; i < averages.size(); ++i)
        archive.write("average" + std::to_string(i), averages[i]);
    archive.write("state", c10::IValue(state.dump()));
    const auto partial = path + ".partial";
    try {
        archive.save_to(partial);
        std::filesystem::rename(partial, path);
    } catch (const std::exception& error) {
        throw Error(path + ": the checkpoint cannot be written (" + error.what() + ")");
    }
}

nlohmann::json read_checkpoint(const std::string& path,
                               const ModelNets& nets,
                               torch::optim::Optimizer& optimizer,
                               std::vector<torch::Tensor>* averages,
                               torch::Device device)
{
    if (!std::filesystem::exists(path))
        throw Error(path +
                    ": there is no checkpoint to resume from; start without --resume");
    try {
        torch::serialize::InputArchive archive;
        archive.load_from(path, device);
        for (const auto& [role, net] : modules(nets)) {
            torch::serialize::InputArchive part;
            archive.read(to_string(role), part);
            net->load(part);
        }
        torch::serialize::InputArchive steps;
        archive.read("optimizer", steps);
        optimizer.load(steps);
        for (size_t i = 0; averages && i < averages->size(); ++i)
            archive.read("average" + std::to_string(i), (*averages)[i]);
        c10::IValue state;
        archive.read("state", state);
        return nlohmann::json::parse(state.toStringRef());
    } catch (const std::exception&) {
        throw Error(path +
                    ": is damaged, or of a run with another configuration; start "
                    "without --resume, in another output directory");
    }
}

} // namespace djescc
