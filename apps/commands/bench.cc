/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc bench`: measures images a second with and without GNU Radio.

#include "commands/commands.h"

#include "bench/bare_loops.h"
#include "bench/flowgraph_rate.h"
#include "bench/large_pictures.h"
#include "bench/machine.h"
#include "bench/parts.h"
#include "bench/rewrites.h"
#include "exit_code.h"
#include "json_file.h"
#include "text_table.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <djescc/error.h>
#include <djescc/model/model.h>
#include <iostream>
#include <memory>

namespace {

constexpr int uses_decimals = 4;

constexpr char bench_footer[] = R"(Examples:
  djescc bench --model models/photo-slim-r6
  djescc bench --model models/cifar10-slim-r6 --size 32x32 --batch 32 --json bench.json
  djescc bench --model models/photo-slim-r6 --large 3840x2160
  djescc bench --model models/photo-hybrid-r6 --size 768x512 --batch 1 --input kodak

Prints images a second: of a GNU Radio flowgraph and of a bare loop over the same nets, each
with a thread a net, the same batch and the same threads a net, measured in turns, the median
of the rounds and their range; of 256x256 frames one at a time; of each net alone and of the four one after another
in one thread; and what the rewritten transposed convolutions and the allocator's settings
gain. Of a model with a digital part it prints first what each part of either end takes a
picture. Pictures come from memory and go nowhere; the flowgraph adds noise, the
bare loop does not. --large adds what a pixel of one large picture costs each net, against a
256x256 one, in processor time, and the most memory that this takes. Let nothing else run
meanwhile.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

constexpr int64_t video_side = 256;
constexpr int64_t largest_side = 16384;

struct BenchArguments {
    BenchOptions options;
    std::string size = "256x256";
    std::string large; // empty: no large pictures
    std::string json;
    int rounds = 7;
};

//! "WxH", given by \p option
void parse_size(const std::string& option,
                const std::string& text,
                djescc::ImageShape& shape)
{
    int64_t width = 0, height = 0;
    char cross = 0, rest = 0;
    std::istringstream stream(text);
    if (!(stream >> width >> cross >> height) || cross != 'x' || stream >> rest ||
        width < 1 || height < 1 || width > largest_side || height > largest_side)
        throw djescc::ConfigError(option + " is '" + text +
                                  "', but must be WIDTHxHEIGHT such as 256x256, up to "
                                  "16384x16384");
    shape.width = width;
    shape.height = height;
}

std::string size_of(const djescc::ImageShape& shape)
{
    return std::to_string(shape.width) + "x" + std::to_string(shape.height);
}

std::string size_of(const BenchOptions& options) { return size_of(options.shape); }

std::string mebibytes(int64_t bytes)
{
    constexpr double mebibyte = 1 << 20;
    return format_number(static_cast<double>(bytes) / mebibyte, 0);
}

std::string rate_text(double rate) { return format_number(rate, rate < 100 ? 2 : 0); }

//! The rates of some rounds.
class Rounds
{
public:
    void add(const CounterRate& rate)
    {
        d_rates.push_back(rate.per_second);
        d_costs.push_back(rate.processor_seconds);
    }
    double rate() const { return median(d_rates); }
    double processor_seconds() const { return median(d_costs); }
    void print(const std::string& name) const
    {
        std::cout << "  " << name << "  " << rate_text(rate()) << " images/s, "
                  << format_number(1e3 * processor_seconds(), 2)
                  << " ms of processor time an image\n";
    }

private:
    std::vector<double> d_rates, d_costs;
};

std::string range_text(const std::vector<double>& values)
{
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    return format_number(*lowest, 3) + " to " + format_number(*highest, 3);
}

/*! The flowgraph between two measurements of the bare loop each time, so that a change of
 *  the machine's speed meets both. */
nlohmann::json
compare_flowgraph(const BenchOptions& options, int rounds, const std::string& title)
{
    Rounds bare, flowgraph;
    std::vector<double> ratios, cost_ratios, batches;
    CounterRate before = measure_bare_pipeline(options);
    bare.add(before);
    for (int round = 0; round < rounds && have_flowgraph(); round++) {
        const FlowgraphRate rate = measure_flowgraph(options);
        const CounterRate after = measure_bare_pipeline(options);
        flowgraph.add(rate.images);
        bare.add(after);
        batches.push_back(rate.mean_batch);
        ratios.push_back(2 * rate.images.per_second /
                         (before.per_second + after.per_second));
        cost_ratios.push_back(2 * rate.images.processor_seconds /
                              (before.processor_seconds + after.processor_seconds));
        before = after;
    }
    std::cout << title << ", " << size_of(options) << ", batches of up to "
              << options.batch << '\n';
    bare.print("bare loop");
    nlohmann::json json = { { "size", size_of(options) },
                            { "batch", options.batch },
                            { "bare", bare.rate() },
                            { "bare_processor_seconds", bare.processor_seconds() } };
    if (have_flowgraph()) {
        flowgraph.print("flowgraph");
        std::cout << "  flowgraph / bare loop  " << format_number(median(ratios), 3)
                  << " (" << range_text(ratios) << "), of processor time "
                  << format_number(median(cost_ratios), 3) << " ("
                  << range_text(cost_ratios) << "), batches of "
                  << format_number(median(batches), 1) << " on average\n";
        json["flowgraph"] = flowgraph.rate();
        json["flowgraph_processor_seconds"] = flowgraph.processor_seconds();
        json["flowgraph_mean_batch"] = median(batches);
        json["ratio"] = median(ratios);
        json["ratios"] = ratios;
        json["processor_time_ratio"] = median(cost_ratios);
        json["processor_time_ratios"] = cost_ratios;
    } else {
        std::cout << "  flowgraph  not measured: built without GNU Radio\n";
    }
    std::cout << std::endl;
    return json;
}

nlohmann::json print_nets(const BenchOptions& options)
{
    const NetRates rates = measure_nets(options);
    std::cout << "One thread, " << size_of(options) << ", batches of " << options.batch
              << ", images/s\n";
    TextTable table({ "net", "images/s" });
    table.add({ "encrypt", rate_text(rates.encrypt) });
    table.add({ "encode", rate_text(rates.encode) });
    table.add({ "decode", rate_text(rates.decode) });
    table.add({ "decrypt", rate_text(rates.decrypt) });
    table.add({ "all four", rate_text(rates.chain) });
    table.print(std::cout, "  ");
    std::cout << "  " << format_number(rates.channel_uses_per_pixel, uses_decimals)
              << " channel uses per pixel\n"
              << std::endl;
    return { { "encrypt", rates.encrypt },
             { "encode", rates.encode },
             { "decode", rates.decode },
             { "decrypt", rates.decrypt },
             { "chain", rates.chain },
             { "channel_uses_per_pixel", rates.channel_uses_per_pixel } };
}

//! Of models whose nets have parts that are timed; null for others.
nlohmann::json print_parts(const BenchOptions& options)
{
    const PartRates rates = measure_parts(options);
    if (rates.ends.empty())
        return nullptr;
    constexpr double milliseconds = 1e3;
    std::cout << "Parts, one thread, one " << size_of(options) << " picture at a time\n";
    TextTable table({ "end", "part", "ms a picture", "pictures/s" });
    nlohmann::json json;
    for (const auto& end : rates.ends)
        for (const auto& part : end.parts) {
            table.add({ end.end,
                        part.name,
                        format_number(milliseconds * part.seconds, 2),
                        rate_text(1 / part.seconds) });
            json[end.end][part.name] = part.seconds;
        }
    table.print(std::cout, "  ");
    std::cout << "  both ends at once, a thread each: "
              << rate_text(rates.both.per_second) << " pictures/s, "
              << format_number(milliseconds * rates.both.processor_seconds, 2)
              << " ms of processor time a picture\n"
              << std::endl;
    json["both"] = { { "pictures", rates.both.per_second },
                     { "processor_seconds", rates.both.processor_seconds } };
    return json;
}

nlohmann::json print_large_pictures(const BenchOptions& options,
                                    const djescc::ImageShape& large,
                                    int rounds)
{
    const djescc::ImageShape small{ large.channels, video_side, video_side };
    const LargePictures pictures = measure_large_pictures(options, small, large, rounds);
    std::cout << "One picture at a time, nanoseconds of processor time a pixel\n";
    TextTable table({ "net", size_of(small), size_of(large), "ratio", "page faults" });
    nlohmann::json nets;
    const auto add = [&](const PixelCost& cost) {
        table.add({ cost.net,
                    format_number(1e9 * cost.small, 1),
                    format_number(1e9 * cost.large, 1),
                    format_number(cost.ratio, 2),
                    format_number(cost.page_faults, 0) });
        nets[cost.net] = { { "small", cost.small },
                           { "large", cost.large },
                           { "ratio", cost.ratio },
                           { "page_faults", cost.page_faults } };
    };
    PixelCost all{ "all four", 0, 0, 0, 0 };
    for (const auto& cost : pictures.nets) {
        add(cost);
        all.small += cost.small;
        all.large += cost.large;
        all.page_faults += cost.page_faults;
    }
    all.ratio = all.large / all.small;
    add(all);
    table.print(std::cout, "  ");
    std::cout << "  most memory held: " << mebibytes(pictures.peak_memory) << " MiB\n"
              << std::endl;
    return { { "small_size", size_of(small) },
             { "large_size", size_of(large) },
             { "nets", nets },
             { "peak_memory", pictures.peak_memory } };
}

nlohmann::json print_gain(const std::string& title, const BeforeAfter& rates)
{
    const double gain = rates.after / rates.before;
    std::cout << title << ": " << rate_text(rates.before) << " images/s before, "
              << rate_text(rates.after) << " after, " << format_number(gain, 2)
              << " times\n";
    return { { "before", rates.before }, { "after", rates.after }, { "gain", gain } };
}

int run_bench(const BenchArguments& arguments)
{
    BenchOptions options = arguments.options;
    const djescc::Model model(options.model);
    options.shape.channels = model.codec().channels() == 1 ? 1 : 3;
    parse_size("--size", arguments.size, options.shape);
    djescc::ImageShape large = options.shape;
    if (!arguments.large.empty())
        parse_size("--large", arguments.large, large);
    djescc::select_device(options.runtime.device);

    nlohmann::json report;
    report["machine"] = describe_machine();
    for (const auto& [key, value] : report["machine"].items())
        std::cout << key << ": "
                  << (value.is_string() ? value.get<std::string>() : value.dump())
                  << '\n';
    std::cout << "model: " << model.manifest().name << ", device "
              << options.runtime.device << ", threads a net "
              << std::max(options.runtime.threads, 1) << "\n\n";
    report["model"] = model.manifest().name;
    report["size"] = size_of(options);
    report["batch"] = options.batch;
    report["threads"] = std::max(options.runtime.threads, 1);

    // first, because the others' memory would count
    if (!arguments.large.empty())
        report["large"] = print_large_pictures(options, large, arguments.rounds);
    if (auto parts = print_parts(options); !parts.is_null())
        report["parts"] = std::move(parts);
    report["pipeline"] =
        compare_flowgraph(options, arguments.rounds, "A thread for each net");
    BenchOptions video = options;
    video.shape.width = video.shape.height = video_side;
    video.batch = 1;
    report["video"] =
        compare_flowgraph(video, arguments.rounds, "Video, one frame at a time");
    report["nets"] = print_nets(options);
    if (const auto rates = measure_transposed_convolution(options))
        report["transposed_convolution"] =
            print_gain("Rewritten transposed convolutions, decoder", *rates);
    // last, because it leaves the allocator as glibc starts with it
    report["allocator"] =
        print_gain("Allocator settings, encryption net", measure_allocator(options));
    const int64_t memory = peak_memory();
    std::cout << "Most memory held, all of the above together: " << mebibytes(memory)
              << " MiB\n";
    report["peak_memory"] = memory;
    if (!arguments.json.empty())
        write_json_file(report, arguments.json);
    return exit_code::success;
}

} // namespace

void add_bench_command(CLI::App& program, Action& action)
{
    auto* command =
        program.add_subcommand("bench", "Measure how fast a model runs on this machine");
    command->footer(bench_footer);
    auto arguments = std::make_shared<BenchArguments>();
    auto& options = arguments->options;
    command->add_option("--model", options.model, "The model's directory")->required();
    command->add_option(
        "--input",
        options.input,
        "A picture, a folder or a glob pattern to take pictures from, scaled and cut to "
        "the size (default: drawn ones)");
    command->add_option(
        "--size", arguments->size, "WIDTHxHEIGHT of the pictures (default: 256x256)");
    command->add_option(
        "--large",
        arguments->large,
        "WIDTHxHEIGHT of a large picture to compare with 256x256 by pixel "
        "(default: none)");
    command
        ->add_option("--batch", options.batch, "Pictures in one inference (default: 8)")
        ->check(CLI::Range(1, 1024));
    command
        ->add_option(
            "--threads", options.runtime.threads, "CPU threads of each net (default: 1)")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option(
            "--seconds", options.seconds, "Length of each measurement (default: 2)")
        ->check(CLI::Range(0.01, 3600.0));
    command
        ->add_option("--rounds",
                     arguments->rounds,
                     "Times that the flowgraph is compared with the bare loop "
                     "(default: 7)")
        ->check(CLI::Range(1, 1000));
    command->add_option(
        "--device", options.runtime.device, "auto, cpu, cuda or cuda:N (default: auto)");
    command->add_option("--json", arguments->json, "File for the figures");
    command->callback(
        [arguments, &action] { action = [arguments] { return run_bench(*arguments); }; });
}
