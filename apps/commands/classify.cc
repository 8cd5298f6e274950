/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc classify`: what a classifier takes pictures for, and which of their pixels it
// minds.

#include "commands/commands.h"

#include "evaluation/receiver_classifier.h"
#include "exit_code.h"
#include "json_file.h"
#include "progress.h"
#include "text_table.h"
#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <djescc/image/contact_sheet.h>
#include <djescc/image/image_io.h>
#include <djescc/loss/classification.h>
#include <djescc/loss/semantic_weights.h>
#include <djescc/net/device.h>
#include <filesystem>
#include <iostream>
#include <memory>

namespace {

constexpr char classify_footer[] = R"(Examples:
  djescc classify --classifier models/classifiers/residual-cifar10 --input received
  djescc classify --classifier models/classifiers/residual-cifar10 \
      --cifar10 data/cifar10/test.bin --limit 8 --weights weights.png

Prints the class of each picture and how probable the classifier finds it. --weights draws
beside each picture how much each pixel matters to the classifier: the size of its mean
logit's gradient there, the mean over the colours, white where it is largest. The loss term
"semantic" weighs errors by it (docs/sp-jscc.md).

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

constexpr std::size_t most_rows = 100; // of the table
constexpr int64_t cell = 128;          // of the sheet, pixels

struct ClassifyArguments {
    std::string classifier, input, weights, json, device = "auto";
    std::vector<std::string> cifar10;
    int64_t limit = 0, sheet_pictures = 8;
    int threads = 1;
};

//! A picture and what is known of it.
struct Pictured {
    std::string name;
    torch::Tensor picture; //!< 3 x H x W float32 in [0, 1]
    int64_t label = -1;    //!< its class, where it is known
};

//! Pictures one by one, from files or from CIFAR-10.
class Pictures
{
public:
    explicit Pictures(const ClassifyArguments& arguments)
    {
        if (arguments.cifar10.empty() == arguments.input.empty())
            throw djescc::ConfigError(
                "give one of --cifar10 FILE and --input PICTURE, FOLDER or PATTERN");
        if (arguments.cifar10.empty())
            d_files = djescc::list_images(arguments.input);
        else
            d_data = djescc::Dataset::open({ { "cifar10", arguments.cifar10 } }, ".");
        const auto all = d_data ? d_data->size() : static_cast<int64_t>(d_files.size());
        d_size = arguments.limit > 0 ? std::min(arguments.limit, all) : all;
    }

    int64_t size() const { return d_size; }

    Pictured at(int64_t index) const
    {
        if (!d_data) {
            const auto& file = d_files[static_cast<std::size_t>(index)];
            return { std::filesystem::path(file).filename().string(),
                     djescc::read_image(file) };
        }
        const std::vector<djescc::CropChoice> choice{ { index, 0.5, 0.5, false } };
        return { std::to_string(index + 1),
                 d_data->crops(choice, 0)[0].to(torch::kFloat32).div(255),
                 d_data->labels(choice).item<int64_t>() };
    }

private:
    std::vector<std::string> d_files;
    std::unique_ptr<djescc::Dataset> d_data;
    int64_t d_size = 0;
};

//! Grey, H x W of the largest weight as 1.
torch::Tensor drawn(const torch::Tensor& weights)
{
    const auto grey = weights.mean(0, /*keepdim=*/true);
    constexpr double least = 1e-12;
    return grey / grey.max().clamp_min(least);
}

int run_classify(const ClassifyArguments& arguments)
{
    djescc::RuntimeOptions runtime;
    runtime.device = arguments.device;
    runtime.threads = arguments.threads;
    djescc::prepare_thread(runtime);
    const auto device = djescc::select_device(arguments.device);
    const auto classifier = djescc::Classifier::load(arguments.classifier);
    classifier->to(device);
    const Pictures pictures(arguments);
    const auto called = [&](int64_t label) {
        return label < 0 ? std::string() : class_name(*classifier, label);
    };
    TextTable table({ "picture", "class", "named", "probability %" });
    auto rows = nlohmann::json::array();
    std::vector<djescc::ContactSheetRow> sheet;
    int64_t known = 0, right = 0;
    Progress progress;
    for (int64_t i = 0; i < pictures.size(); ++i) {
        const auto one = pictures.at(i);
        const auto batch = one.picture.unsqueeze(0).to(device);
        const auto said = djescc::classify(*classifier, batch);
        const auto probabilities = said.probabilities[0].contiguous();
        const auto named = said.labels.item<int64_t>();
        const auto probability = probabilities[named].item<double>();
        known += one.label >= 0 ? 1 : 0;
        right += one.label == named ? 1 : 0;
        table.add({ one.name,
                    called(one.label),
                    called(named),
                    format_number(100 * probability, 1) });
        const auto* values = probabilities.data_ptr<float>();
        nlohmann::json row = { { "picture", one.name },
                               { "label", named },
                               { "name", called(named) },
                               { "probabilities",
                                 std::vector<float>(values,
                                                    values + probabilities.numel()) } };
        if (one.label >= 0)
            row["class"] = one.label;
        rows.push_back(std::move(row));
        if (!arguments.weights.empty() && i < arguments.sheet_pictures)
            sheet.push_back(
                { one.name + "\n" + called(one.label),
                  { one.picture,
                    drawn(djescc::semantic_weights(*classifier, batch)[0].to(
                        torch::kCPU)) },
                  { called(named) + " " + format_number(100 * probability, 0) + " %" } });
        progress.update(static_cast<double>(i + 1) / static_cast<double>(pictures.size()),
                        one.name);
    }
    progress.clear();
    if (rows.size() <= most_rows)
        table.print(std::cout);
    if (known > 0)
        std::cout << right << " of " << known << " named rightly: "
                  << format_number(100.0 * static_cast<double>(right) /
                                       static_cast<double>(known),
                                   2)
                  << " %\n";
    if (!arguments.json.empty())
        write_json_file({ { "pictures", rows } }, arguments.json);
    if (!sheet.empty())
        djescc::write_png(djescc::contact_sheet({ "picture", "weights" }, sheet, cell),
                          arguments.weights);
    return exit_code::success;
}

} // namespace

void add_classify_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "classify", "Say what pictures show, by a trained classifier");
    command->footer(classify_footer);
    auto arguments = std::make_shared<ClassifyArguments>();
    command
        ->add_option("--classifier", arguments->classifier, "The classifier's directory")
        ->required();
    command->add_option(
        "--input", arguments->input, "A picture, a folder of pictures or a glob pattern");
    command->add_option(
        "--cifar10", arguments->cifar10, "Files of CIFAR-10's binary version");
    command->add_option("--limit", arguments->limit, "Only the first so many pictures")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--json", arguments->json, "File for every class's probability");
    command->add_option(
        "--weights",
        arguments->weights,
        "PNG of pictures beside how much each pixel matters to the classifier");
    command
        ->add_option("--sheet-pictures",
                     arguments->sheet_pictures,
                     "Pictures on it, the first ones (default: 8)")
        ->check(CLI::PositiveNumber);
    command->add_option("--device", arguments->device, "auto, cpu, cuda or cuda:N");
    command->add_option("--threads", arguments->threads, "CPU threads (default: 1)")
        ->check(CLI::NonNegativeNumber);
    command->callback([arguments, &action] {
        action = [arguments] { return run_classify(*arguments); };
    });
}
