/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc evaluate`: measures models over SNRs without GNU Radio, as a table, JSON, CSV
// and plots.

#include "commands/commands.h"

#include "commands/subcommand.h"
#include "evaluation/baseline.h"
#include "evaluation/evaluation_sheet.h"
#include "evaluation/results.h"
#include "exit_code.h"
#include "json_file.h"
#include "plot/gnuplot.h"
#include "plot/psnr_plot.h"
#include "progress.h"
#include "snr_list.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <iostream>
#include <map>
#include <memory>
#include <optional>

namespace {

constexpr char evaluate_footer[] = R"(Examples:
  djescc evaluate --model models/cifar10-slim-r6 --cifar10 data/cifar10/test.bin
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 0:5:20 --csv kodak.csv
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 10 --erased 0,5,10,20
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 10 --round-to-8-bits
  djescc evaluate --model models/photo-slim-r6 --model runs/mine/model --input kodak \
      --snr 0:5:20 --plot kodak
  djescc evaluate --model runs/qpsk-1-2 --model runs/16-qam-1-2 --input kodak \
      --snr=-2:1:20 --envelope --shannon --plot cliff --sheet cliff.png

Sends every picture through the nets and white Gaussian noise, without GNU Radio, and
prints, of the protected, the decoded and the decrypted pictures against the plain ones, the
means over pictures: PSNR in dB over 8-bit rounded pictures, SSIM, and LCES, the local
colour and edge score: 0 visible to 1 hidden. Behind "+-" is half of the 95 % confidence
interval of the decrypted pictures' PSNR; --json and --csv have it for every figure of
every stage. Draws of one picture count as one observation.
"of MSE" is the PSNR of the mean squared error, which some papers print instead. A picture of
which nothing could be decoded is grey and counts as an outage. Without --snr the pictures' SNRs are spread evenly over --snr-range, by default the model's
trained range. SNR is Es/N0; nets that
adapt to it are told each picture's, or --snr-hint for all. The same --seed gives the same figures. --plot needs gnuplot; bars are
95 % confidence intervals. --envelope and --shannon need models of codec separate, which
djescc model create makes (docs/baseline.md).

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

constexpr std::size_t usual_columns = 4; // of a contact sheet

struct EvaluateArguments {
    std::string input, snr, erased = "0", json, csv, plot, reference, sheet, sheet_snr;
    int64_t sheet_picture = 1;
    bool envelope = false, shannon = false;
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
        throw djescc::ConfigError(
            "give one of --cifar10 FILE and --input FOLDER or VIDEO");
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

//! The SNRs of the contact sheet's columns, none without a sheet.
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

//! Measures row after row.
class Evaluation
{
public:
    explicit Evaluation(EvaluateArguments arguments)
        : d_arguments(std::move(arguments))
        , d_references(prepare_plot(d_arguments))
        , d_sheet_snrs(sheet_snrs(d_arguments))
        , d_models(open_models(d_arguments.models))
        , d_data(open_data(d_arguments))
    {
        if (d_arguments.envelope || d_arguments.shannon)
            require_digital(d_models);
        if (d_arguments.sheet_picture > d_data->size())
            throw djescc::ConfigError("there is no picture " +
                                      std::to_string(d_arguments.sheet_picture) +
                                      " for --sheet-picture");
    }

    int run()
    {
        djescc::prepare_thread(d_arguments.runtime);
        const auto description = describe(*d_data, d_arguments);
        std::cout << description << '\n';
        measure();
        print_results(d_results, std::cout);
        if (!d_arguments.csv.empty())
            write_csv(d_results, d_arguments.csv);
        if (!d_arguments.json.empty())
            write_json_file(json(), d_arguments.json);
        if (!d_arguments.plot.empty())
            write_psnr_plot(
                description, to_curves(d_results), d_references, d_arguments.plot);
        if (!d_sheet_snrs.empty())
            write_evaluation_sheet(
                d_results, plain_picture(), d_sheet_snrs, d_arguments.sheet);
        return exit_code::success;
    }

private:
    void measure()
    {
        std::vector<std::vector<EvaluationCase>> all;
        for (const auto& named : d_models)
            all.push_back(cases(d_arguments, *named.model));
        for (std::size_t i = 0; i < d_models.size(); i++)
            measure_model(d_models[i], all[i]);
        if (d_arguments.envelope) {
            const auto rows = envelopes(d_results);
            d_results.insert(d_results.end(), rows.begin(), rows.end());
        }
        if (d_arguments.shannon) {
            Shown shown;
            auto rows =
                bounds(d_models,
                       *d_data,
                       d_arguments.measure,
                       all.front(),
                       [&](const std::string& name, const djescc::MeasuredImage& image) {
                           watch(name, all.front(), image, shown[name]);
                       });
            for (std::size_t i = 0; i < rows.size(); i++)
                rows[i].shown = shown[rows[i].model][i % all.front().size()];
            d_results.insert(d_results.end(), rows.begin(), rows.end());
        }
        d_progress.clear();
    }

    //! What the sheet shows of each case, by the row's name.
    using ShownCases = std::map<std::size_t, std::optional<djescc::MeasuredImage>>;
    using Shown = std::map<std::string, ShownCases>;

    void measure_model(const NamedModel& named, const std::vector<EvaluationCase>& all)
    {
        std::vector<djescc::MeasuredChannel> channels;
        for (const auto& at : all)
            channels.push_back({ at.snr_db, at.erased / 100 });
        ShownCases shown;
        auto options = d_arguments.measure;
        options.watch = [&](const djescc::MeasuredImage& image) {
            watch(named.name, all, image, shown);
        };
        const auto measured = djescc::measure_qualities(
            *named.model, *d_data, options, channels, d_arguments.runtime);
        for (std::size_t i = 0; i < all.size(); i++)
            d_results.push_back({ named.name,
                                  all[i],
                                  measured[i],
                                  row_kind(*named.model),
                                  bandwidth_ratio(*named.model),
                                  "",
                                  measured[i].images * options.draws,
                                  shown[i] });
    }

    //! Shows the progress and keeps what the sheet shows.
    void watch(const std::string& name,
               const std::vector<EvaluationCase>& all,
               const djescc::MeasuredImage& image,
               ShownCases& shown)
    {
        const auto& at = all[image.channel];
        d_progress.update(
            static_cast<double>(d_measured++) / static_cast<double>(expected(all.size())),
            name + ", " + at.snr + " dB SNR, picture " + std::to_string(image.image + 1));
        const bool wanted =
            std::find(d_sheet_snrs.begin(), d_sheet_snrs.end(), at.snr_db[0]) !=
            d_sheet_snrs.end();
        if (wanted && image.draw == 0 && image.image == d_arguments.sheet_picture - 1) {
            shown[image.channel] = image;
            // a view would keep its whole batch
            shown[image.channel]->decrypted = image.decrypted.to(torch::kCPU).clone();
        }
    }

    //! Images that are sent in all, about.
    int64_t expected(std::size_t case_count) const
    {
        const auto rows = d_models.size() + (d_arguments.shannon ? 1 : 0);
        return std::max(d_measured,
                        static_cast<int64_t>(rows * case_count) * d_data->size() *
                            d_arguments.measure.draws);
    }

    torch::Tensor plain_picture() const
    {
        return d_data
            ->crops({ { d_arguments.sheet_picture - 1, 0.5, 0.5, false } },
                    d_arguments.measure.crop)[0]
            .to(torch::kFloat32)
            .div(255);
    }

    nlohmann::json json() const
    {
        return { { "data", d_data->description() },
                 { "draws", d_arguments.measure.draws },
                 { "seed", d_arguments.measure.seed },
                 { "round_to_8_bits", d_arguments.measure.damage.round_to_8_bits },
                 { "rows", to_json(d_results) } };
    }

    EvaluateArguments d_arguments;
    std::vector<PlotReference> d_references;
    std::vector<double> d_sheet_snrs;
    std::vector<NamedModel> d_models;
    std::unique_ptr<djescc::Dataset> d_data;
    std::vector<EvaluationResult> d_results;
    Progress d_progress;
    int64_t d_measured = 0;
};

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
    command->add_option(
        "--input", arguments->input, "A folder of pictures, or a video file");
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
    add_rate_groups_option(*command, arguments->measure.rate_groups);
    add_parts_option(*command, arguments->measure.parts);
    add_feedback_option(*command, arguments->measure.feedback_snr_db);
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
    command->add_flag(
        "--envelope",
        arguments->envelope,
        "Add a row for the best of the models of codec separate at each SNR");
    command->add_flag("--shannon",
                      arguments->shannon,
                      "Add Shannon's bound with the picture coder of codec separate");
    command->add_option(
        "--sheet",
        arguments->sheet,
        "PNG of one picture: a row for each model, a column for each SNR");
    command->add_option("--sheet-snr",
                        arguments->sheet_snr,
                        "Columns of the sheet, some of --snr (default: four of them)");
    command
        ->add_option("--sheet-picture",
                     arguments->sheet_picture,
                     "Number of its picture in the data (default: 1)")
        ->check(CLI::PositiveNumber);
    command->add_option("--reference",
                        arguments->reference,
                        "JSON file of figures to draw beside (docs/command.md)");
    command->add_option(
        "--device", arguments->runtime.device, "auto, cpu, cuda or cuda:N");
    command
        ->add_option("--threads", arguments->runtime.threads, "CPU threads (default: 1)")
        ->check(CLI::NonNegativeNumber);
    command->callback([arguments, &action] {
        action = [arguments] { return Evaluation(*arguments).run(); };
    });
}
