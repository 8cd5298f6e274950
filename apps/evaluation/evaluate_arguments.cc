/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Checks what `djescc evaluate` is asked, and opens its pictures.

#include "evaluation/evaluate_arguments.h"

#include "plot/gnuplot.h"
#include "snr_list.h"
#include <algorithm>
#include <djescc/error.h>

namespace {

constexpr std::size_t usual_columns = 4; // of a contact sheet

} // namespace

std::unique_ptr<djescc::Dataset> open_data(EvaluateArguments& arguments)
{
    if (arguments.cifar10.empty() == arguments.input.empty())
        throw djescc::ConfigError(
            "give one of --cifar10 FILE and --input FOLDER or VIDEO");
    nlohmann::json config = { { "limit", arguments.limit }, { "grey", arguments.grey } };
    if (!arguments.cifar10.empty()) {
        config["cifar10"] = arguments.cifar10;
    } else {
        config["folder"] = arguments.input;
        arguments.measure.batch = 1; // pictures of a folder may differ in size
    }
    return djescc::Dataset::open(config, ".");
}

std::vector<EvaluationCase> cases(const EvaluateArguments& arguments,
                                  const djescc::Model& model)
{
    std::vector<EvaluationCase> snrs;
    if (!arguments.snr.empty() && !arguments.snr_range.empty())
        throw djescc::ConfigError("give one of --snr and --snr-range");
    if (arguments.snr.empty()) {
        auto range = model.manifest().snr_db;
        if (!arguments.snr_range.empty())
            range = { arguments.snr_range[0], arguments.snr_range[1] };
        if (range[0] > range[1])
            throw djescc::ConfigError("--snr-range is LOWEST HIGHEST");
        snrs.push_back({ "U[" + format_snr(range[0]) + ", " + format_snr(range[1]) + "]",
                         range,
                         0 });
    } else {
        for (const double snr_db : parse_snr_list(arguments.snr))
            snrs.push_back({ format_snr(snr_db), { snr_db, snr_db }, 0 });
    }
    std::vector<EvaluationCase> all;
    for (const double erased : parse_snr_list(arguments.erased)) {
        if (!(erased >= 0 && erased <= 100))
            throw djescc::ConfigError("--erased is a list of percentages, 0 to 100");
        for (EvaluationCase at : snrs) {
            at.erased = erased;
            all.push_back(at);
        }
    }
    return all;
}

std::string describe(const djescc::Dataset& data, const EvaluateArguments& arguments)
{
    return data.description() + ", " + std::to_string(arguments.measure.draws) +
           " draw(s) of noise for each";
}

std::vector<PlotReference> prepare_plot(const EvaluateArguments& arguments)
{
    if (arguments.plot.empty()) {
        if (!arguments.reference.empty())
            throw djescc::ConfigError("--reference is drawn by --plot: give that too");
        return {};
    }
    if (arguments.snr.empty())
        throw djescc::ConfigError(
            "--plot draws PSNR against SNR: give --snr, such as "
            "--snr 0:5:20");
    require_gnuplot();
    return arguments.reference.empty() ? std::vector<PlotReference>()
                                       : read_references(arguments.reference);
}

std::vector<double> sheet_snrs(const EvaluateArguments& arguments)
{
    if (arguments.sheet.empty()) {
        if (!arguments.sheet_snr.empty())
            throw djescc::ConfigError("--sheet-snr is of --sheet: give that too");
        return {};
    }
    if (arguments.snr.empty())
        throw djescc::ConfigError("--sheet has a column for each SNR: give --snr");
    const auto all = parse_snr_list(arguments.snr);
    if (arguments.sheet_snr.empty()) {
        std::vector<double> some;
        for (std::size_t i = 0; i < usual_columns; i++)
            some.push_back(all[i * (all.size() - 1) / (usual_columns - 1)]);
        some.erase(std::unique(some.begin(), some.end()), some.end());
        return some;
    }
    auto chosen = parse_snr_list(arguments.sheet_snr);
    for (const double snr : chosen)
        if (std::find(all.begin(), all.end(), snr) == all.end())
            throw djescc::ConfigError("--sheet-snr " + format_snr(snr) +
                                      " is none of --snr");
    return chosen;
}

std::vector<int64_t> sheet_pictures(const EvaluateArguments& arguments,
                                    const djescc::Dataset& data)
{
    std::vector<int64_t> all;
    for (const int64_t number : arguments.sheet_pictures) {
        if (number > data.size())
            throw djescc::ConfigError("there is no picture " + std::to_string(number) +
                                      " for --sheet-picture");
        all.push_back(number - 1);
    }
    return all;
}
