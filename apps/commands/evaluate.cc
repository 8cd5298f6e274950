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
#include <djescc/error.h>
#include <djescc/train/evaluation.h>
#include <iostream>
#include <memory>

namespace {

constexpr char footer[] = R"(Examples:
  djescc evaluate --model models/cifar10-slim-r6 --cifar10 data/cifar10/test.bin
  djescc evaluate --model models/photo-slim-r6 --input kodak --snr 0:5:20 --json kodak.json

Sends every picture through the nets and white Gaussian noise, without GNU Radio, and
prints the means over pictures: PSNR in dB over 8-bit rounded pictures, and SSIM, of the
protected, the decoded and the decrypted pictures against the plain ones. Without --snr
the pictures' SNRs are spread evenly over the model's trained range. SNR is Es/N0. The
same --seed gives the same figures.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

struct Arguments {
    std::string model, input, snr, json;
    std::vector<std::string> cifar10;
    int64_t limit = 0;
    djescc::MeasureOptions measure;
    djescc::RuntimeOptions runtime;
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

nlohmann::json to_json(const std::string& label, const djescc::ChainQuality& quality)
{
    return { { "snr_db", label },
             { "psnr_db", quality.psnr_db },
             { "ssim", quality.ssim },
             { "protected",
               { { "psnr_db", quality.protected_psnr_db },
                 { "ssim", quality.protected_ssim } } },
             { "decoded",
               { { "psnr_db", quality.decoded_psnr_db },
                 { "ssim", quality.decoded_ssim } } } };
}

int run_evaluate(Arguments arguments)
{
    const djescc::Model model(arguments.model);
    const auto data = open_data(arguments);
    struct Row {
        std::string label;
        std::array<double, 2> snr_db;
    };
    std::vector<Row> rows;
    if (arguments.snr.empty()) {
        const auto range = model.manifest().snr_db;
        rows.push_back(
            { "U[" + format_snr(range[0]) + ", " + format_snr(range[1]) + "]", range });
    } else {
        for (const double snr_db : parse_snr_list(arguments.snr))
            rows.push_back({ format_snr(snr_db), { snr_db, snr_db } });
    }

    djescc::prepare_thread(arguments.runtime);
    std::cout << model.manifest().name << " on " << data->description() << ", "
              << arguments.measure.draws << " draw(s) of noise for each\n";
    TextTable table(
        { "SNR dB", "PSNR dB", "SSIM", "protected", "SSIM", "decoded", "SSIM" });
    auto results = nlohmann::json::array();
    Progress progress;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        progress.update(static_cast<double>(i) / static_cast<double>(rows.size()),
                        rows[i].label + " dB SNR");
        arguments.measure.snr_db = rows[i].snr_db;
        const auto quality =
            djescc::measure_quality(model, *data, arguments.measure, arguments.runtime);
        table.add({ rows[i].label,
                    format_number(quality.psnr_db, 3),
                    format_number(quality.ssim, 3),
                    format_number(quality.protected_psnr_db, 3),
                    format_number(quality.protected_ssim, 3),
                    format_number(quality.decoded_psnr_db, 3),
                    format_number(quality.decoded_ssim, 3) });
        results.push_back(to_json(rows[i].label, quality));
    }
    progress.clear();
    table.print(std::cout);
    if (!arguments.json.empty())
        write_json_file({ { "model", model.manifest().name },
                          { "data", data->description() },
                          { "draws", arguments.measure.draws },
                          { "seed", arguments.measure.seed },
                          { "rows", results } },
                        arguments.json);
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
    command->add_option("--limit", arguments->limit, "Only the first so many pictures")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--draws",
                     arguments->measure.draws,
                     "Times that each picture is sent (default: 1)")
        ->check(CLI::Range(1, 1000));
    command->add_option("--seed", arguments->measure.seed, "Of the noise (default: 1)");
    command->add_option("--json", arguments->json, "File for the figures");
    command->add_option(
        "--device", arguments->runtime.device, "auto, cpu, cuda or cuda:N");
    command
        ->add_option("--threads", arguments->runtime.threads, "CPU threads (default: 1)")
        ->check(CLI::NonNegativeNumber);
    command->callback([arguments, &action] {
        action = [arguments] { return run_evaluate(*arguments); };
    });
}
