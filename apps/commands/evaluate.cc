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
#include "evaluation/evaluate_arguments.h"
#include "evaluation/evaluation_sheet.h"
#include "evaluation/receiver_classifier.h"
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
  djescc evaluate --model models/cifar10-arjscc --cifar10 data/cifar10/test.bin \
      --snr 0:5:20 --classifier models/classifiers/residual-cifar10
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
95 % confidence intervals. "uses/px" are the channel uses for a pixel. --envelope and --shannon need models of codec separate, which
djescc model create makes (docs/baseline.md).

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

//! Where no model takes colours, luma is measured.
EvaluateArguments& fitted_to(const std::vector<NamedModel>& models,
                             EvaluateArguments& arguments)
{
    arguments.grey = arguments.grey ||
                     std::all_of(models.begin(), models.end(), [](const auto& named) {
                         return named.model->codec().channels() == 1;
                     });
    return arguments;
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
        , d_data(open_data(fitted_to(d_models, d_arguments)))
        , d_sheet_pictures(sheet_pictures(d_arguments, *d_data))
    {
        if (!d_arguments.classifier.empty())
            d_classifier = std::make_unique<ReceiverClassifier>(
                djescc::Classifier::load(d_arguments.classifier),
                *d_data,
                djescc::select_device(d_arguments.runtime.device));
        else if (d_arguments.confusion)
            throw djescc::ConfigError("--confusion is of --classifier: give that too");
        if (d_arguments.envelope || d_arguments.shannon)
            require_digital(d_models);
    }

    int run()
    {
        djescc::prepare_thread(d_arguments.runtime);
        const auto description = describe(*d_data, d_arguments);
        std::cout << description << '\n';
        if (d_classifier != nullptr)
            d_plain = d_classifier->of_plain(d_arguments.measure.crop);
        measure();
        print_results(d_results, d_arguments.argmax, std::cout);
        if (d_plain)
            print_classified(std::cout);
        if (!d_arguments.csv.empty())
            write_csv(d_results, d_arguments.csv);
        if (!d_arguments.json.empty())
            write_json_file(json(), d_arguments.json);
        if (!d_arguments.plot.empty())
            write_psnr_plot(
                description, to_curves(d_results), d_references, d_arguments.plot);
        if (!d_sheet_snrs.empty())
            write_evaluation_sheet(
                d_results,
                plain_pictures(),
                d_sheet_snrs,
                d_classifier == nullptr
                    ? NamePicture()
                    : [this](const torch::Tensor&
                                 picture) { return d_classifier->name(picture); },
                d_arguments.sheet);
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
    using ShownCases = std::map<std::size_t, std::map<int64_t, djescc::MeasuredImage>>;
    using Shown = std::map<std::string, ShownCases>;

    void measure_model(const NamedModel& named, const std::vector<EvaluationCase>& all)
    {
        std::vector<djescc::MeasuredChannel> channels;
        for (const auto& at : all)
            channels.push_back({ at.snr_db, at.erased / 100 });
        if (d_classifier != nullptr)
            d_classifier->begin(channels.size(), d_arguments.measure.draws);
        ShownCases shown;
        auto options = d_arguments.measure;
        options.watch = [&](const djescc::MeasuredImage& image) {
            watch(named.name, all, image, shown);
            if (d_classifier != nullptr)
                d_classifier->add(image);
        };
        const auto measured = djescc::measure_qualities(
            *named.model, *d_data, options, channels, d_arguments.runtime);
        std::vector<ReceivedClasses> classified;
        if (d_classifier != nullptr)
            classified = d_classifier->finish();
        for (std::size_t i = 0; i < all.size(); i++) {
            d_results.push_back({ named.name,
                                  all[i],
                                  measured[i],
                                  row_kind(*named.model),
                                  bandwidth_ratio(*named.model),
                                  "",
                                  measured[i].images * options.draws,
                                  shown[i] });
            if (i < classified.size())
                d_results.back().classified = classified[i];
        }
    }

    //! The plain pictures' accuracy, and confusion matrices where they are asked for.
    void print_classified(std::ostream& out) const
    {
        print_plain_classification(*d_plain, out);
        if (!d_arguments.confusion)
            return;
        print_confusion("plain pictures", d_plain->confusion, out);
        for (const auto& result : d_results)
            if (result.classified)
                print_confusion(row_title(result), result.classified->confusion, out);
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
        const bool chosen =
            std::find(d_sheet_pictures.begin(), d_sheet_pictures.end(), image.image) !=
            d_sheet_pictures.end();
        if (wanted && chosen && image.draw == 0) {
            auto& kept = shown[image.channel][image.image];
            kept = image;
            // a view would keep its whole batch
            kept.decrypted = image.decrypted.to(torch::kCPU).clone();
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

    std::vector<SheetPicture> plain_pictures() const
    {
        std::vector<SheetPicture> pictures;
        for (const int64_t index : d_sheet_pictures)
            pictures.push_back(
                { index,
                  d_data
                      ->crops({ { index, 0.5, 0.5, false } }, d_arguments.measure.crop)[0]
                      .to(torch::kFloat32)
                      .div(255) });
        return pictures;
    }

    nlohmann::json json() const
    {
        nlohmann::json json = { { "data", d_data->description() },
                                { "draws", d_arguments.measure.draws },
                                { "seed", d_arguments.measure.seed },
                                { "round_to_8_bits",
                                  d_arguments.measure.damage.round_to_8_bits },
                                { "rows", to_json(d_results) } };
        if (d_plain)
            json["plain"] = to_json(*d_plain);
        return json;
    }

    EvaluateArguments d_arguments;
    std::vector<PlotReference> d_references;
    std::vector<double> d_sheet_snrs;
    std::vector<NamedModel> d_models;
    std::unique_ptr<djescc::Dataset> d_data;
    std::vector<int64_t> d_sheet_pictures;
    std::unique_ptr<ReceiverClassifier> d_classifier; //!< null where none is asked for
    std::optional<ReceivedClasses> d_plain;           //!< of the pictures as they are
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
    command->add_option("--classifier",
                        arguments->classifier,
                        "A classifier's directory: how much of what pictures show is "
                        "still told right");
    command->add_flag("--confusion",
                      arguments->confusion,
                      "Print the classifier's confusion matrix of each row");
    command->add_option("--limit", arguments->limit, "Only the first so many pictures")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--argmax",
                      arguments->argmax,
                      "Print the part of the pixels whose strongest of R, G and B is the "
                      "right one, which some papers call accuracy");
    command->add_flag("--grey",
                      arguments->grey,
                      "The pictures' luma alone, as for models of one channel");
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
        "PNG of pictures: a row for each model, a column for each picture and SNR");
    command->add_option("--sheet-snr",
                        arguments->sheet_snr,
                        "Columns of the sheet, some of --snr (default: four of them)");
    command
        ->add_option("--sheet-picture",
                     arguments->sheet_pictures,
                     "Numbers of its pictures in the data, such as 1,13,25 (default: 1)")
        ->delimiter(',')
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
