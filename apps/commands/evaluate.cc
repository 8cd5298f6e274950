/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "commands/evaluate.h"

#include "exit_code.h"
#include "json_file.h"
#include "progress.h"
#include "snr_list.h"
#include "text_table.h"
#include <CLI/CLI.hpp>
#include <cmath>
#include <djescc/error.h>
#include <djescc/train/evaluation.h>
#include <fstream>
#include <iostream>
#include <memory>

namespace {

constexpr char footer[] = R"(Examples:
  djescc evaluate --model models/cifar10-slim-r6 --cifar10 data/cifar10/test.bin
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 0:5:20 --csv kodak.csv
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 10 --erased 0,5,10,20
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 10 --round-to-8-bits

Sends every picture through the nets and white Gaussian noise, without GNU Radio, and
prints, of the protected, the decoded and the decrypted pictures against the plain ones, the
means over pictures: PSNR in dB over 8-bit rounded pictures, with half of its 95 %
confidence interval behind "+-", SSIM, and LCES, the local colour and edge score: 0
visible to 1 hidden. Draws of one picture count as one observation.
"of MSE" is the PSNR of the mean squared error, which some papers print instead. Without
--snr the pictures' SNRs are spread evenly over --snr-range, by default the model's trained
range. SNR is Es/N0. The same --seed gives the same figures.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

struct Arguments {
    std::string model, input, snr, erased = "0", json, csv;
    std::vector<double> snr_range;
    std::vector<std::string> cifar10;
    int64_t limit = 0;
    djescc::MeasureOptions measure;
    djescc::RuntimeOptions runtime;
};

//! What one row of the table is measured at.
struct Case {
    std::string snr;
    std::array<double, 2> snr_db;
    double erased; //!< percent
};

struct Result {
    Case at;
    djescc::ChainQuality quality;
};

std::unique_ptr<djescc::Dataset> open_data(Arguments& arguments)
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

std::vector<Case> cases(const Arguments& arguments, const djescc::Model& model)
{
    std::vector<Case> snrs;
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
    std::vector<Case> all;
    for (const double erased : parse_snr_list(arguments.erased)) {
        if (!(erased >= 0 && erased <= 100))
            throw djescc::ConfigError("--erased is a list of percentages, 0 to 100");
        for (Case at : snrs) {
            at.erased = erased;
            all.push_back(at);
        }
    }
    return all;
}

//! A figure with its confidence interval, which a single picture has not.
std::string with_interval(double value, double interval)
{
    return format_number(value, 3) +
           (std::isfinite(interval) ? " +-" + format_number(interval, 2) : "");
}

nlohmann::json to_json(const djescc::StageQuality& quality)
{
    return { { "psnr_db", quality.psnr_db },
             { "psnr_db_interval", quality.psnr_db_interval },
             { "mean_mse_psnr_db", quality.mean_mse_psnr_db },
             { "ssim", quality.ssim },
             { "ssim_interval", quality.ssim_interval },
             { "visual_security", quality.visual_security },
             { "visual_security_interval", quality.visual_security_interval } };
}

nlohmann::json to_json(const Result& result)
{
    auto json = to_json(result.quality.decrypted);
    json["snr_db"] = result.at.snr;
    json["erased_percent"] = result.at.erased;
    json["protected"] = to_json(result.quality.protected_images);
    json["decoded"] = to_json(result.quality.decoded);
    return json;
}

void print_table(const std::vector<Result>& results)
{
    TextTable table({ "SNR dB",
                      "erased %",
                      "PSNR dB",
                      "of MSE",
                      "SSIM",
                      "LCES",
                      "protected",
                      "SSIM",
                      "LCES",
                      "decoded",
                      "SSIM",
                      "LCES" });
    for (const auto& [at, quality] : results) {
        const auto& decrypted = quality.decrypted;
        table.add({ at.snr,
                    format_snr(at.erased),
                    with_interval(decrypted.psnr_db, decrypted.psnr_db_interval),
                    format_number(decrypted.mean_mse_psnr_db, 3),
                    format_number(decrypted.ssim, 3),
                    format_number(decrypted.visual_security, 3),
                    format_number(quality.protected_images.psnr_db, 3),
                    format_number(quality.protected_images.ssim, 3),
                    format_number(quality.protected_images.visual_security, 3),
                    format_number(quality.decoded.psnr_db, 3),
                    format_number(quality.decoded.ssim, 3),
                    format_number(quality.decoded.visual_security, 3) });
    }
    table.print(std::cout);
}

void write_csv(const std::vector<Result>& results, const std::string& path)
{
    std::ofstream stream(path);
    stream << "snr_db_lowest,snr_db_highest,erased_percent";
    for (const char* stage : { "decrypted", "protected", "decoded" })
        for (const char* figure : { "psnr_db",
                                    "psnr_db_interval",
                                    "mean_mse_psnr_db",
                                    "ssim",
                                    "ssim_interval",
                                    "visual_security",
                                    "visual_security_interval" })
            stream << ',' << stage << '_' << figure;
    stream << '\n';
    for (const auto& [at, quality] : results) {
        stream << at.snr_db[0] << ',' << at.snr_db[1] << ',' << at.erased;
        for (const auto* stage :
             { &quality.decrypted, &quality.protected_images, &quality.decoded })
            for (const double figure : { stage->psnr_db,
                                         stage->psnr_db_interval,
                                         stage->mean_mse_psnr_db,
                                         stage->ssim,
                                         stage->ssim_interval,
                                         stage->visual_security,
                                         stage->visual_security_interval })
                stream << ',' << figure;
        stream << '\n';
    }
    if (!stream.flush())
        throw djescc::Error(path + " cannot be written");
}

int run_evaluate(Arguments arguments)
{
    const djescc::Model model(arguments.model);
    const auto data = open_data(arguments);
    const auto wanted = cases(arguments, model);

    djescc::prepare_thread(arguments.runtime);
    std::cout << model.manifest().name << " on " << data->description() << ", "
              << arguments.measure.draws << " draw(s) of noise for each\n";
    std::vector<Result> results;
    Progress progress;
    for (const auto& at : wanted) {
        progress.update(static_cast<double>(results.size()) /
                            static_cast<double>(wanted.size()),
                        at.snr + " dB SNR");
        arguments.measure.snr_db = at.snr_db;
        arguments.measure.damage.erased = at.erased / 100;
        results.push_back({ at,
                            djescc::measure_quality(
                                model, *data, arguments.measure, arguments.runtime) });
    }
    progress.clear();
    print_table(results);
    if (!arguments.csv.empty())
        write_csv(results, arguments.csv);
    if (!arguments.json.empty()) {
        auto rows = nlohmann::json::array();
        for (const auto& result : results)
            rows.push_back(to_json(result));
        write_json_file({ { "model", model.manifest().name },
                          { "data", data->description() },
                          { "draws", arguments.measure.draws },
                          { "seed", arguments.measure.seed },
                          { "round_to_8_bits", arguments.measure.damage.round_to_8_bits },
                          { "rows", rows } },
                        arguments.json);
    }
    return exit_code::success;
}

} // namespace

void add_evaluate_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "evaluate", "Measure a model's mean quality over a data set");
    command->footer(footer);
    auto arguments = std::make_shared<Arguments>();
    command->add_option("--model", arguments->model, "The model's directory")->required();
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
    command->add_option(
        "--device", arguments->runtime.device, "auto, cpu, cuda or cuda:N");
    command
        ->add_option("--threads", arguments->runtime.threads, "CPU threads (default: 1)")
        ->check(CLI::NonNegativeNumber);
    command->callback([arguments, &action] {
        action = [arguments] { return run_evaluate(*arguments); };
    });
}
