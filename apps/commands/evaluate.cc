/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc evaluate`: measures models over SNRs without GNU Radio, as a table, JSON, CSV
// and plots.

#include "commands/commands.h"

#include "evaluation/results.h"
#include "exit_code.h"
#include "json_file.h"
#include "plot/gnuplot.h"
#include "plot/psnr_plot.h"
#include "progress.h"
#include "snr_list.h"
#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <iostream>
#include <memory>

namespace {

constexpr char evaluate_footer[] = R"(Examples:
  djescc evaluate --model models/cifar10-slim-r6 --cifar10 data/cifar10/test.bin
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 0:5:20 --csv kodak.csv
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 10 --erased 0,5,10,20
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 10 --round-to-8-bits
  djescc evaluate --model models/photo-slim-r6 --model runs/mine/model --input kodak \
      --snr 0:5:20 --plot kodak

Sends every picture through the nets and white Gaussian noise, without GNU Radio, and
prints, of the protected, the decoded and the decrypted pictures against the plain ones, the
means over pictures: PSNR in dB over 8-bit rounded pictures, SSIM, and LCES, the local
colour and edge score: 0 visible to 1 hidden. Behind "+-" is half of the 95 % confidence
interval of the decrypted pictures' PSNR; --json and --csv have it for every figure of
every stage. Draws of one picture count as one observation.
"of MSE" is the PSNR of the mean squared error, which some papers print instead. Without
--snr the pictures' SNRs are spread evenly over --snr-range, by default the model's trained
range. SNR is Es/N0; nets that
adapt to it are told each picture's, or --snr-hint for all. The same --seed gives the same figures. --plot needs gnuplot; bars are
95 % confidence intervals.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

struct EvaluateArguments {
    std::string input, snr, erased = "0", json, csv, plot, reference;
    std::vector<std::string> models;
    std::vector<double> snr_range;
    std::vector<std::string> cifar10;
    int64_t limit = 0;
    djescc::MeasureOptions measure;
    djescc::RuntimeOptions runtime;
};

std::unique_ptr<djescc::Dataset> open_data(EvaluateArguments& arguments)
{
    if (arguments.cifar10.empty() == arguments.input.empty())
        throw djescc::ConfigError("give one of --cifar10 FILE and --input FOLDER");
    nlohmann::json config = { { "limit", arguments.limit } };
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

//! What --plot needs, before the work begins.
//! \return what is drawn beside the curves
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

int run_evaluate(EvaluateArguments arguments)
{
    const auto references = prepare_plot(arguments);
    const auto models = open_models(arguments.models);
    const auto data = open_data(arguments);
    std::vector<std::pair<const NamedModel*, EvaluationCase>> wanted;
    for (const auto& named : models)
        for (const auto& at : cases(arguments, *named.model))
            wanted.emplace_back(&named, at);

    djescc::prepare_thread(arguments.runtime);
    const auto description = describe(*data, arguments);
    std::cout << description << '\n';
    std::vector<EvaluationResult> results;
    Progress progress;
    for (const auto& [named, at] : wanted) {
        progress.update(static_cast<double>(results.size()) /
                            static_cast<double>(wanted.size()),
                        named->name + ", " + at.snr + " dB SNR");
        arguments.measure.snr_db = at.snr_db;
        arguments.measure.damage.erased = at.erased / 100;
        results.push_back(
            { named->name,
              at,
              djescc::measure_quality(
                  *named->model, *data, arguments.measure, arguments.runtime) });
    }
    progress.clear();
    print_results(results, std::cout);
    if (!arguments.csv.empty())
        write_csv(results, arguments.csv);
    if (!arguments.json.empty())
        write_json_file({ { "data", data->description() },
                          { "draws", arguments.measure.draws },
                          { "seed", arguments.measure.seed },
                          { "round_to_8_bits", arguments.measure.damage.round_to_8_bits },
                          { "rows", to_json(results) } },
                        arguments.json);
    if (!arguments.plot.empty())
        write_psnr_plot(description, to_curves(results), references, arguments.plot);
    return exit_code::success;
}

} // namespace

void add_evaluate_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "evaluate", "Measure a model's mean quality over a data set");
    command->footer(evaluate_footer);
    auto arguments = std::make_shared<EvaluateArguments>();
    command
        ->add_option("--model",
                     arguments->models,
                     "The model's directory; several to compare them")
        ->required();
    command->add_option(
        "--cifar10", arguments->cifar10, "Files of CIFAR-10's binary version");
    command->add_option("--input", arguments->input, "A folder of pictures");
    command->add_option("--snr",
                        arguments->snr,
                        "Es/N0 in dB: a list such as 0,5,10 or START:STEP:STOP (default: "
                        "spread over the model's range)");
    command
        ->add_option("--snr-range",
                     arguments->snr_range,
                     "LOWEST HIGHEST: pictures' SNRs are spread over it (default: the "
                     "model's range)")
        ->expected(2);
    command->add_option(
        "--snr-hint",
        arguments->measure.snr_hint_db,
        "Es/N0 in dB that the nets are told (default: each picture's own)");
    command->add_option(
        "--erased",
        arguments->erased,
        "Percentages of symbols that are lost at random places, a list as "
        "for --snr (default: 0)");
    command->add_flag("--round-to-8-bits",
                      arguments->measure.damage.round_to_8_bits,
                      "Round protected and decoded pictures as PNG files between the "
                      "parties would");
    command->add_option("--limit", arguments->limit, "Only the first so many pictures")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--draws",
                     arguments->measure.draws,
                     "Times that each picture is sent (default: 1)")
        ->check(CLI::Range(1, 1000));
    command->add_option("--seed", arguments->measure.seed, "Of the noise (default: 1)");
    command->add_option("--json", arguments->json, "File for the figures");
    command->add_option("--csv", arguments->csv, "File for the figures as a table");
    command->add_option("--plot",
                        arguments->plot,
                        "STEM: PSNR against SNR as STEM.png and STEM.svg, by gnuplot");
    command->add_option("--reference",
                        arguments->reference,
                        "JSON file of figures to draw beside (docs/command.md)");
    command->add_option(
        "--device", arguments->runtime.device, "auto, cpu, cuda or cuda:N");
    command
        ->add_option("--threads", arguments->runtime.threads, "CPU threads (default: 1)")
        ->check(CLI::NonNegativeNumber);
    command->callback([arguments, &action] {
        action = [arguments] { return run_evaluate(*arguments); };
    });
}
