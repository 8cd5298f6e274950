/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Opens the pictures of an attack, and splits them where the test has none of its own.

#include "attack/attack_data.h"

#include <algorithm>
#include <djescc/error.h>
#include <filesystem>

namespace {

// Without pictures for the test, at most this share of the others is taken for it.
constexpr int64_t held_out_share = 5;

//! Some pictures of a data set, one after another.
class Part : public djescc::Dataset
{
public:
    Part(std::shared_ptr<const djescc::Dataset> whole, int64_t first, int64_t count)
        : d_whole(std::move(whole)), d_first(first), d_count(count)
    {
    }
    int64_t size() const override { return d_count; }
    torch::Tensor crops(const std::vector<djescc::CropChoice>& choices,
                        int64_t side) const override
    {
        auto moved = choices;
        for (auto& choice : moved)
            choice.image += d_first;
        return d_whole->crops(moved, side);
    }
    std::string description() const override
    {
        return std::to_string(d_count) + " pictures of (" + d_whole->description() + ")";
    }

private:
    std::shared_ptr<const djescc::Dataset> d_whole;
    int64_t d_first, d_count;
};

std::shared_ptr<const djescc::Dataset>
open(const PictureSource& source, const std::string& option, int64_t limit)
{
    if (source.cifar10.empty() == source.input.empty())
        throw djescc::ConfigError("give one of --" + option + "cifar10 FILE and --" +
                                  option + "input FOLDER");
    nlohmann::json config = { { "limit", limit }, { "grey", source.grey } };
    if (!source.cifar10.empty())
        config["cifar10"] = source.cifar10;
    else
        config[std::filesystem::is_regular_file(source.input) ? "pack" : "folder"] =
            source.input;
    return djescc::Dataset::open(config, ".");
}

} // namespace

AttackData::AttackData(const PictureSource& training,
                       const PictureSource& test,
                       int64_t test_count)
{
    known = open(training, "", 0);
    if (!test.empty()) {
        unseen = open(test, "test-", test_count);
        return;
    }
    const int64_t count = std::min(test_count, known->size() / held_out_share);
    if (count < 1)
        throw djescc::ConfigError(
            "too few pictures to keep some for the test: give "
            "others with --test-input or --test-cifar10");
    const auto whole = known;
    known = std::make_shared<Part>(whole, 0, whole->size() - count);
    unseen = std::make_shared<Part>(whole, whole->size() - count, count);
}
