/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Chooses the best digital model at each SNR and measures Shannon's bound.

#include "evaluation/baseline.h"

#include <algorithm>
#include <cctype>
#include <djescc/error.h>
#include <djescc/eval/shannon_bound.h>
#include <set>
#include <utility>

namespace {

constexpr char codec_type[] = "separate";

//! \p name, with the bandwidth ratio where there are several.
std::string named(const std::string& name,
                  const std::string& ratio,
                  const std::set<std::string>& ratios)
{
    return ratios.size() > 1 ? name + ", R = " + ratio : name;
}

std::string upper_case(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

} // namespace

RowKind row_kind(const djescc::Model& model)
{
    return bandwidth_ratio(model).empty() ? RowKind::model : RowKind::digital;
}

std::string bandwidth_ratio(const djescc::Model& model)
{
    const auto& codec = model.manifest().codec;
    return codec.at("type") == codec_type ? codec.at("bandwidth_ratio").get<std::string>()
                                          : "";
}

void require_digital(const std::vector<NamedModel>& models)
{
    if (std::none_of(models.begin(), models.end(), [](const auto& given) {
            return row_kind(*given.model) == RowKind::digital;
        }))
        throw djescc::ConfigError(
            "the envelope and Shannon's bound are of models of "
            "codec separate: give one with --model");
}

std::vector<EvaluationResult> envelopes(const std::vector<EvaluationResult>& results)
{
    std::set<std::string> ratios;
    for (const auto& result : results)
        if (result.kind == RowKind::digital)
            ratios.insert(result.bandwidth_ratio);
    std::vector<EvaluationResult> best;
    for (const auto& result : results) {
        if (result.kind != RowKind::digital)
            continue;
        const auto of_same_case = [&](const EvaluationResult& other) {
            return other.bandwidth_ratio == result.bandwidth_ratio &&
                   other.at.snr_db == result.at.snr_db &&
                   other.at.erased == result.at.erased;
        };
        auto found = std::find_if(best.begin(), best.end(), of_same_case);
        if (found == best.end())
            found = best.insert(best.end(), result);
        else if (result.quality.decrypted.psnr_db > found->quality.decrypted.psnr_db)
            *found = result;
    }
    for (auto& row : best) {
        row.best = row.model;
        row.model = named("digital, channel known", row.bandwidth_ratio, ratios);
        row.kind = RowKind::envelope;
    }
    std::stable_sort(best.begin(), best.end(), [](const auto& a, const auto& b) {
        return a.model < b.model;
    });
    return best;
}

std::vector<EvaluationResult> bounds(const std::vector<NamedModel>& models,
                                     const djescc::Dataset& data,
                                     const djescc::MeasureOptions& options,
                                     const std::vector<EvaluationCase>& cases,
                                     const RowWatch& watch)
{
    std::set<std::string> ratios;
    for (const auto& given : models)
        if (row_kind(*given.model) == RowKind::digital)
            ratios.insert(bandwidth_ratio(*given.model));
    std::vector<djescc::MeasuredChannel> channels;
    for (const auto& at : cases)
        channels.push_back({ at.snr_db, at.erased / 100 });
    std::set<std::string> names;
    std::vector<EvaluationResult> rows;
    for (const auto& given : models) {
        const auto& codec = given.model->manifest().codec;
        const auto ratio = bandwidth_ratio(*given.model);
        if (ratio.empty())
            continue;
        // The search's speed hardly moves the bound: the first model's counts.
        const auto name =
            named("Shannon's bound, " + upper_case(codec.at("coder").get<std::string>()),
                  ratio,
                  ratios);
        if (!names.insert(name).second)
            continue;
        auto watched = options;
        watched.watch = [&](const djescc::MeasuredImage& image) { watch(name, image); };
        const auto measured =
            djescc::measure_shannon_bound(codec, data, watched, channels);
        for (std::size_t i = 0; i < cases.size(); i++)
            rows.push_back({ name,
                             cases[i],
                             measured[i],
                             RowKind::bound,
                             ratio,
                             "",
                             measured[i].images });
    }
    return rows;
}
