/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The distortion, and the sum of it and of the terms of a configuration. */
#include "loss/loss.h"

#include "loss/image_error.h"
#include "loss/one_of_two.h"
#include <set>

namespace djescc {
namespace {

constexpr double largest_weight = 1e6;

} // namespace

Loss::Loss(const nlohmann::json& config, const std::string& data_root)
{
    ConfigReader reader(config, "loss");
    d_by_psnr = second_of(reader, "measure", "mse", "psnr");
    d_of_decoded = second_of(reader, "distortion", "decrypted", "decoded");
    d_distortion_weight = reader.get_in("distortion_weight", 1.0, 0.0, largest_weight);
    const std::set<std::string> own{ "measure", "distortion", "distortion_weight" };
    std::set<std::string> columns{ "distortion" };
    if (config.is_object())
        for (const auto& [name, value] : config.items()) {
            if (own.count(name) > 0)
                continue;
            auto term = LossTerm::create(name, value, { data_root });
            if (term->weight() == 0)
                continue;
            for (const auto& column : term->columns())
                if (!columns.insert(column).second)
                    throw ConfigError("loss." + name + ": another term has a column \"" +
                                      column + "\" too");
            d_terms.emplace_back(name, std::move(term));
        }
    if (d_distortion_weight == 0 && d_terms.empty())
        throw ConfigError("loss.distortion_weight is 0 and there is no other term");
}

void Loss::to(torch::Device device)
{
    for (const auto& [name, term] : d_terms)
        term->to(device);
}

std::vector<std::string> Loss::columns() const
{
    std::vector<std::string> all{ "distortion" };
    for (const auto& [name, term] : d_terms)
        for (const auto& column : term->columns())
            all.push_back(column);
    return all;
}

LossNeeds Loss::needs(int64_t step) const
{
    LossNeeds all;
    for (const auto& [name, term] : d_terms)
        if (term->due(step)) {
            all.wrong_key = all.wrong_key || term->needs().wrong_key;
            all.labels = all.labels || term->needs().labels;
            all.neighbours = all.neighbours || term->needs().neighbours;
        }
    return all;
}

std::string Loss::who_needs(bool LossNeeds::*what) const
{
    for (const auto& [name, term] : d_terms)
        if (term->needs().*what)
            return "loss." + name;
    return {};
}

LossParts Loss::operator()(const LossInput& input)
{
    const auto& output = input.output;
    const auto errors = d_of_decoded
                            ? image_errors(output.decoded, output.protected_images)
                            : image_errors(output.decrypted, input.plain);
    LossParts parts;
    parts.total = d_distortion_weight * (d_by_psnr ? psnr_loss(errors) : errors.mean());
    parts.columns["distortion"] = errors.mean().detach();
    for (const auto& [name, term] : d_terms) {
        if (!term->due(input.moment.step))
            continue;
        const auto part = (*term)(input);
        parts.total = parts.total + term->weight() * part.value;
        for (const auto& [column, value] : part.columns)
            parts.columns[column] = value.detach();
    }
    return parts;
}

} // namespace djescc
