/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Checkpoints written and read, and what may differ where a run goes on. */
#include "train/checkpoint.h"

#include "files/strict_json.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <djescc/error.h>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

namespace djescc {

namespace {

/*! LibTorch ends the program where it cannot write a file, so that the bytes go through a
 *  stream here, whose failure is looked at when all is over. */
void save_archive(torch::serialize::OutputArchive& archive, const std::string& path)
{
    const auto partial = path + ".partial";
    std::error_code error;
    std::ofstream stream(partial, std::ios::binary | std::ios::trunc);
    errno = stream ? 0 : errno;
    int reason = errno;
    archive.save_to([&](const void* bytes, size_t count) {
        if (stream && !stream.write(static_cast<const char*>(bytes),
                                    static_cast<std::streamsize>(count)))
            reason = errno;
        return count;
    });
    stream.close();
    if (!stream && reason == 0)
        reason = errno;
    if (stream)
        std::filesystem::rename(partial, path, error);
    else
        error = std::error_code(reason, std::generic_category());
    if (!error)
        return;
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw Error(path + ": the checkpoint cannot be written (" + error.message() +
                "); an earlier one stands: make room and go on with --resume");
}

} // namespace

void write_checkpoint(const std::string& path,
                      const NamedNets& nets,
                      const torch::optim::Optimizer& optimizer,
                      const std::vector<torch::Tensor>& averages,
                      const nlohmann::json& state)
{
    torch::serialize::OutputArchive archive;
    for (const auto& [name, net] : nets) {
        torch::serialize::OutputArchive part;
        net->save(part);
        archive.write(name, part);
    }
    torch::serialize::OutputArchive steps;
    optimizer.save(steps);
    archive.write("optimizer", steps);
    for (size_t i = 0; i < averages.size(); ++i)
        archive.write("average" + std::to_string(i), averages[i]);
    archive.write("state", c10::IValue(json_text(state)));
    save_archive(archive, path);
}

namespace {

template <typename Read>
void read_archive(const std::string& path, torch::Device device, const Read& read)
{
    if (!std::filesystem::exists(path))
        throw Error(path +
                    ": there is no checkpoint to resume from; start without --resume");
    try {
        torch::serialize::InputArchive archive;
        archive.load_from(path, device);
        read(archive);
    } catch (const std::exception&) {
        throw Error(path +
                    ": is damaged, or of a run with another configuration; start "
                    "without --resume, in another output directory");
    }
}

// Keys that say how a run goes on, not what it is; with everything below them.
constexpr std::array<const char*, 10> changeable{ "optimizer.learning_rate",
                                                  "optimizer.gradient_clip",
                                                  "optimizer.schedule",
                                                  "steps",
                                                  "epochs",
                                                  "phases",
                                                  "validate_every",
                                                  "checkpoint_every",
                                                  "loss",
                                                  "comment" };

bool is_or_lies_below(const std::string& key, const std::string& parent)
{
    return key == parent || key.rfind(parent + ".", 0) == 0;
}

void compare(const std::string& key,
             const nlohmann::json& before,
             const nlohmann::json& now,
             std::vector<ConfigChange>& changes)
{
    const auto empty_or_object = [](const nlohmann::json& value) {
        return value.is_null() || value.is_object();
    };
    if (before == now)
        return;
    if (!empty_or_object(before) || !empty_or_object(now)) {
        changes.push_back({ key, before, now });
        return;
    }
    auto all = before.is_null() ? nlohmann::json::object() : before;
    if (now.is_object())
        all.update(now);
    for (const auto& item : all.items()) {
        const auto value_in = [&](const nlohmann::json& object) {
            return object.is_object() && object.contains(item.key())
                       ? object.at(item.key())
                       : nlohmann::json();
        };
        compare(key.empty() ? item.key() : key + "." + item.key(),
                value_in(before),
                value_in(now),
                changes);
    }
}

} // namespace

nlohmann::json read_checkpoint_state(const std::string& path)
{
    nlohmann::json state;
    read_archive(path, torch::kCPU, [&](torch::serialize::InputArchive& archive) {
        c10::IValue text;
        archive.read("state", text);
        state = nlohmann::json::parse(text.toStringRef());
    });
    return state;
}

std::size_t read_checkpoint(const std::string& path,
                            const NamedNets& nets,
                            torch::optim::Optimizer& optimizer,
                            std::vector<torch::Tensor>* averages,
                            torch::Device device)
{
    std::size_t read = 0;
    read_archive(path, device, [&](torch::serialize::InputArchive& archive) {
        for (const auto& [name, net] : nets) {
            torch::serialize::InputArchive part;
            archive.read(name, part);
            net->load(part);
        }
        torch::serialize::InputArchive steps;
        archive.read("optimizer", steps);
        optimizer.load(steps);
        while (averages && read < averages->size() &&
               archive.try_read("average" + std::to_string(read), (*averages)[read]))
            ++read;
    });
    return read;
}

std::string first_not_finite(const NamedNets& nets,
                             const std::vector<torch::Tensor>& averages)
{
    const auto finite = [](const torch::Tensor& tensor) {
        return !tensor.is_floating_point() ||
               torch::isfinite(tensor.detach()).all().item<bool>();
    };
    for (const auto& [name, net] : nets) {
        for (const auto& item : net->named_parameters())
            if (!finite(item.value()))
                return name + "." + item.key();
        for (const auto& item : net->named_buffers())
            if (!finite(item.value()))
                return name + "." + item.key();
    }
    for (std::size_t i = 0; i < averages.size(); ++i)
        if (!finite(averages[i]))
            return "average" + std::to_string(i);
    return {};
}

std::vector<ConfigChange> allowed_changes(const nlohmann::json& before,
                                          const nlohmann::json& now,
                                          const std::string& path)
{
    std::vector<ConfigChange> changes;
    compare("", before, now, changes);
    for (const auto& change : changes)
        if (std::none_of(changeable.begin(), changeable.end(), [&](const char* key) {
                return is_or_lies_below(change.key, key);
            }))
            throw ConfigError(
                path + ": belongs to a run with another configuration: " + change.key +
                " was " + change.before.dump() + " and is " + change.now.dump() +
                "; set it back (config.json beside the checkpoint has all "
                "keys), or start without --resume in another output "
                "directory");
    return changes;
}

bool changes_key(const std::vector<ConfigChange>& changes, const std::string& key)
{
    return std::any_of(changes.begin(), changes.end(), [&](const ConfigChange& change) {
        return is_or_lies_below(change.key, key);
    });
}

} // namespace djescc
