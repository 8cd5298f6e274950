/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc security`: what eyes and statistics see of encrypted pictures.

#include "commands/commands.h"

#include "exit_code.h"
#include "json_file.h"
#include "progress.h"
#include "security/paper_ednn.h"
#include "security/paper_medical.h"
#include "security/report.h"
#include "security/security.h"
#include "security/tables.h"
#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <iostream>
#include <memory>
#include <sstream>

namespace {

constexpr char security_footer[] = R"(Examples:
  djescc security --cipher ednn --images examples/pictures/photo --report ednn.html
  djescc security --cipher pe --images pictures --json pe.json
  djescc security --model my-model --images pictures --snr 10
  djescc security --cipher ednn --images classic --known kodak --paper \
      --cipher-config '{"weights": "overcomplete", "decoder": {"type": "paper"}}' \
      --key '{"r": [0.3, 0.4], "mu": [3.99, 3.99]}'

Encrypts pictures and prints how much eyes see of them (LCES, local colour and edge score)
and what image encryption papers measure: NPCR and UACI for a changed pixel and for a
changed key, with Wu's critical values and pass or fail; entropy, histogram chi-square,
correlation of neighbours; decryption with nearly the right key, of occluded and of noisy
cipher images; and what a known-plaintext attack recovers. Every 8-bit figure names its
quantiser, because most cipher images here are not 8-bit ones.
No such figure shows that a cipher is secure: see docs/security-metrics.md.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

struct SecurityArguments {
    SecurityOptions options;
    std::string cipher, cipher_config = "{}", key, json, report, figures;
    bool paper = false;
};

int run_security(const SecurityArguments& arguments)
{
    SecurityOptions options = arguments.options;
    if (options.snr_db && options.model.empty())
        throw djescc::ConfigError("--snr is for --model: a cipher alone sends nothing");
    if (options.model.empty() == arguments.cipher.empty())
        throw djescc::ConfigError("give one of --cipher TYPE and --model DIR");
    if (!arguments.cipher.empty()) {
        options.cipher = read_json_argument(arguments.cipher_config);
        options.cipher["type"] = arguments.cipher;
    }
    if (!arguments.key.empty())
        options.key = read_json_argument(arguments.key);
    Progress progress;
    options.progress = [&](double done, const std::string& what) {
        progress.update(done, what);
    };
    const auto run = measure_security(options);
    progress.clear();
    const auto figures = run.to_json();
    if (arguments.paper && run.paper != ednn_paper && run.paper != medical_paper)
        throw djescc::ConfigError(
            "--paper is for ciphers ednn, medical and medical-radio, whose papers have "
            "such "
            "figures");
    std::ostringstream tables;
    print_security(figures, tables);
    if (arguments.paper && run.paper == ednn_paper)
        print_ednn_paper(figures, tables);
    else if (arguments.paper)
        print_medical_paper(figures, tables);
    std::cout << tables.str();
    if (!arguments.json.empty())
        write_json_file(figures, arguments.json);
    if (!arguments.report.empty())
        write_security_report(run, tables.str(), arguments.report);
    if (!arguments.figures.empty())
        write_security_figures(run, arguments.figures);
    return exit_code::success;
}

} // namespace

void add_security_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "security",
        "Measure what cipher papers measure, and try a known-plaintext attack");
    command->footer(security_footer);
    auto arguments = std::make_shared<SecurityArguments>();
    auto& options = arguments->options;
    command->add_option("--cipher", arguments->cipher, "Type of the cipher");
    command->add_option("--cipher-config",
                        arguments->cipher_config,
                        "The cipher's settings: JSON or a file of it (default: none)");
    command->add_option(
        "--key", arguments->key, "The key: JSON or a file of it (default: a random one)");
    command->add_option(
        "--model", options.model, "A model's directory, instead of --cipher");
    command
        ->add_option(
            "--snr",
            options.snr_db,
            "With --model: measure what the provider decodes at this Es/N0 in dB "
            "too")
        ->check(CLI::Range(-100.0, 100.0));
    command
        ->add_option(
            "--images", options.images, "A picture, a folder of pictures, a glob pattern")
        ->required();
    command->add_option("--known",
                        options.known,
                        "Pictures that the attacker knows, cut into tiles (default: the "
                        "other images)");
    command
        ->add_option(
            "--size", options.size, "Side of the pictures in pixels (default: 128)")
        ->check(CLI::Range(16, 4096));
    command
        ->add_option(
            "--channels", options.channels, "1 or 3 (default: 1 for ednn, 3 for others)")
        ->check(CLI::IsMember({ 1, 3 }));
    command
        ->add_option("--pairs",
                     options.pairs,
                     "Random pairs for correlations; 0: all pairs (default: 8000)")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--significance",
                     options.significance,
                     "Level of the NPCR and UACI tests (default: 0.05)")
        ->check(CLI::Range(0.0001, 0.5));
    command->add_option(
        "--seed", options.seed, "Of pairs, changed pixel and noise (default: 1)");
    command->add_option("--device", options.device, "auto, cpu, cuda or cuda:N");
    command->add_option("--json", arguments->json, "File for the figures");
    command->add_option(
        "--report", arguments->report, "HTML file with plots and pictures");
    command->add_option(
        "--figures", arguments->figures, "Folder for the report's pictures as files");
    command->add_flag("--paper",
                      arguments->paper,
                      "Print the tables of the cipher's paper beside these");
    command->callback([arguments, &action] {
        action = [arguments] { return run_security(*arguments); };
    });
}
