/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc link`: error rates of the channel codes of codecs `separate` and `hybrid`.

#include "commands/commands.h"

#include "exit_code.h"
#include "json_file.h"
#include "progress.h"
#include "snr_list.h"
#include "text_table.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <djescc/eval/link_errors.h>
#include <functional>
#include <iostream>
#include <memory>

namespace {

constexpr char link_footer[] = R"(Examples:
  djescc link
  djescc link --modulation qpsk --code-rate 1/2 --snr 0:0.25:2.5 --codewords 5000
  djescc link --modulation bpsk --code-length 648 --step 0.25 --json link.json

Sends random codewords of the LDPC codes of IEEE 802.11n through white Gaussian noise,
decodes them by 50 iterations of belief propagation at most, and prints the shares of
codewords and of message bits that came with an error. Without --snr the SNRs begin at the
first multiple of --step above the SNR at which log2(1 + SNR) is the bits of a symbol, below
which nothing can come through, and end where --target is reached. Es/N0 is of a symbol,
Eb/N0 of a bit of the message. "needs" is the Es/N0 in dB at which the curve crosses 1 % of
frame errors, on a line between the logarithms of its neighbours.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

// Where the frame error rate is read off.
constexpr double frame_error_target = 0.01;
// Beyond this above Shannon's limit something is broken.
constexpr double most_gap_db = 15;

struct LinkArguments {
    std::vector<std::string> modulations = djescc::link_modulations(),
                             code_rates = djescc::link_code_rates();
    djescc::LinkErrorSettings settings;
    std::string snr, json;
    double step = 0.5, target = 1e-3;
};

struct LinkCurve {
    std::string modulation, code_rate;
    std::vector<djescc::LinkErrors> points;

    std::string name() const { return modulation + " " + code_rate; }

    //! Es/N0 in dB where frame errors cross the target; NaN where they do not.
    double needed_snr_db() const
    {
        for (std::size_t i = 1; i < points.size(); i++) {
            const auto& above = points[i - 1];
            const auto& below = points[i];
            if (!(above.frame_error_rate > frame_error_target &&
                  below.frame_error_rate <= frame_error_target))
                continue;
            // No error among all counts as half of one.
            const auto logarithm = [](const djescc::LinkErrors& at) {
                return std::log10(std::max(at.frame_error_rate, 0.5 / at.codewords));
            };
            const double part = (logarithm(above) - std::log10(frame_error_target)) /
                                (logarithm(above) - logarithm(below));
            return above.snr_db + part * (below.snr_db - above.snr_db);
        }
        return std::nan("");
    }
};

//! \param watch  is told each SNR before it is simulated
LinkCurve measure(const LinkArguments& arguments,
                  LinkCurve curve,
                  const std::function<void(double)>& watch)
{
    auto settings = arguments.settings;
    settings.modulation = curve.modulation;
    settings.code_rate = curve.code_rate;
    const auto add = [&](double snr_db) {
        watch(snr_db);
        curve.points.push_back(djescc::link_errors(settings, snr_db));
        return curve.points.back().frame_error_rate;
    };
    if (!arguments.snr.empty()) {
        for (const double snr_db : parse_snr_list(arguments.snr))
            add(snr_db);
        return curve;
    }
    const double limit = djescc::least_link_snr_db(curve.modulation, curve.code_rate);
    const auto first = std::ceil(limit / arguments.step);
    for (double i = 0; i * arguments.step < most_gap_db; i++)
        if (add((first + i) * arguments.step) <= arguments.target)
            break;
    return curve;
}

void print(const std::vector<LinkCurve>& curves, std::ostream& out)
{
    constexpr int snr_decimals = 2, rate_decimals = 5;
    TextTable table({ "code",
                      "Es/N0 dB",
                      "Eb/N0 dB",
                      "codewords",
                      "wrong",
                      "frame errors",
                      "bit errors",
                      "iterations" });
    for (const auto& curve : curves) {
        if (&curve != &curves.front())
            table.rule();
        for (const auto& point : curve.points)
            table.add({ curve.name(),
                        format_number(point.snr_db, snr_decimals),
                        format_number(point.bit_snr_db, snr_decimals),
                        std::to_string(point.codewords),
                        std::to_string(point.wrong_codewords),
                        format_number(point.frame_error_rate, rate_decimals),
                        format_number(point.bit_error_rate, rate_decimals + 1),
                        format_number(point.mean_iterations, 1) });
    }
    table.print(out);
    out << "\n1 % of frame errors\n";
    TextTable needs({ "code", "needs Es/N0 dB", "above Shannon's limit dB" });
    for (const auto& curve : curves) {
        const double needed = curve.needed_snr_db();
        needs.add({ curve.name(),
                    format_number(needed, snr_decimals),
                    format_number(needed - djescc::least_link_snr_db(curve.modulation,
                                                                     curve.code_rate),
                                  snr_decimals) });
    }
    needs.print(out);
}

nlohmann::json to_json(const std::vector<LinkCurve>& curves)
{
    auto list = nlohmann::json::array();
    for (const auto& curve : curves)
        for (const auto& point : curve.points)
            list.push_back({ { "modulation", curve.modulation },
                             { "code_rate", curve.code_rate },
                             { "snr_db", point.snr_db },
                             { "bit_snr_db", point.bit_snr_db },
                             { "codewords", point.codewords },
                             { "wrong_codewords", point.wrong_codewords },
                             { "frame_error_rate", point.frame_error_rate },
                             { "bit_error_rate", point.bit_error_rate },
                             { "mean_iterations", point.mean_iterations } });
    return list;
}

int run_link(const LinkArguments& arguments)
{
    std::vector<LinkCurve> curves;
    for (const auto& modulation : arguments.modulations)
        for (const auto& code_rate : arguments.code_rates) {
            djescc::least_link_snr_db(modulation, code_rate); // refuses unknown ones
            curves.push_back({ modulation, code_rate, {} });
        }
    Progress progress;
    for (std::size_t i = 0; i < curves.size(); i++) {
        const auto name = curves[i].name();
        curves[i] = measure(arguments, curves[i], [&](double snr_db) {
            progress.update(static_cast<double>(i) / static_cast<double>(curves.size()),
                            name + ", " + format_snr(snr_db) + " dB");
        });
    }
    progress.clear();
    print(curves, std::cout);
    if (!arguments.json.empty())
        write_json_file({ { "code_length", arguments.settings.code_length },
                          { "most_iterations", arguments.settings.most_iterations },
                          { "seed", arguments.settings.seed },
                          { "points", to_json(curves) } },
                        arguments.json);
    return exit_code::success;
}

} // namespace

void add_link_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "link", "Measure the error rates of the digital codecs' channel codes");
    command->footer(link_footer);
    auto arguments = std::make_shared<LinkArguments>();
    auto& settings = arguments->settings;
    command
        ->add_option("--modulation",
                     arguments->modulations,
                     "bpsk, qpsk, 16-qam, 64-qam, separated by commas (default: all)")
        ->delimiter(',');
    command
        ->add_option("--code-rate",
                     arguments->code_rates,
                     "1/2, 2/3, 3/4, 5/6, separated by commas (default: all)")
        ->delimiter(',');
    command->add_option("--code-length",
                        settings.code_length,
                        "Bits of a codeword: 648, 1296 or 1944 (default: 1944)");
    command->add_option("--snr",
                        arguments->snr,
                        "Es/N0 in dB: a list such as 0,1,2 or START:STEP:STOP (default: "
                        "from Shannon's limit up to the target)");
    command->add_option("--step", arguments->step, "Without --snr: in dB (default: 0.5)")
        ->check(CLI::Range(0.01, 10.0));
    command
        ->add_option("--target",
                     arguments->target,
                     "Without --snr: share of frame errors to stop at (default: 0.001)")
        ->check(CLI::Range(0.0, 1.0));
    command
        ->add_option(
            "--codewords", settings.codewords, "Codewords at each SNR (default: 1000)")
        ->check(CLI::Range(1, 100000000));
    command
        ->add_option("--iterations",
                     settings.most_iterations,
                     "Most iterations of the decoder (default: 50)")
        ->check(CLI::Range(1, 10000));
    command->add_option("--seed", settings.seed, "Of messages and noise (default: 1)");
    command->add_option("--json", arguments->json, "File for the figures");
    command->callback(
        [arguments, &action] { action = [arguments] { return run_link(*arguments); }; });
}
