/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc attack`: trains an attacker on known pictures and shows what he recovers of
// unknown ones.

#include "commands/commands.h"

#include "attack/attack_data.h"
#include "attack/attack_result.h"
#include "attack/keyless.h"
#include "exit_code.h"
#include "interrupt.h"
#include "json_file.h"
#include "progress.h"
#include "snr_list.h"
#include "subject/cipher_subject.h"
#include "text_table.h"
#include <CLI/CLI.hpp>
#include <chrono>
#include <djescc/attack/attacker_net.h>
#include <djescc/attack/inverse_net.h>
#include <djescc/error.h>
#include <iostream>
#include <memory>
#include <numeric>
#include <optional>

namespace {

constexpr char attack_footer[] = R"(Examples:
  djescc attack --model models/cifar10-slim-r6 --cifar10 data/cifar10/train.bin \
      --test-cifar10 data/cifar10/test.bin --sheet attack.png
  djescc attack --model models/cifar10-slim-r6 --stage decoded --snr 10 \
      --cifar10 data/cifar10/train.bin --test-cifar10 data/cifar10/test.bin
  djescc attack --cipher pe --cifar10 data/cifar10/train.bin --pairs 2000
  djescc attack --model models/cifar10-cae --stage symbols \
      --cifar10 data/cifar10/train.bin --test-cifar10 data/cifar10/test.bin
  djescc attack --model my-model --test-model my-model-rekeyed --input photos --crop 64
  djescc attack --model models/cifar10-slim-r6 --picture-key \
      --cifar10 data/cifar10/train.bin --test-cifar10 data/cifar10/test.bin

The inverse-transformation attack: somebody knows pictures together with what the provider
sees of them, or with the symbols on the channel, trains a net on these pairs, and looks at
pictures that he does not know.
Prints means over unseen pictures: PSNR in dB, SSIM, and LCES (0 visible to 1 hidden), of
what the provider sees, of the mean of the known pictures (nothing recovered is as good as
this), of the attacker, and of the recipient with the key (behind the channel). A cipher of --cipher gets a
random key unless --key gives one. Ctrl-C ends the training and measures what it came to.
With --picture-key the attacker has no pair: he has the public model, protects pictures of
his own under ever new keys, and trains a net on what everybody can read in them. Then the
table has a row for pictures from guessed signs, and below it stand classes that he names
and pictures that he finds among candidates.
docs/security-metrics.md says what the figures mean.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage, 130 training stopped by Ctrl-C.)";

// Side of the blocks that the attack undoes, of ciphers with smaller ones.
constexpr int64_t usual_block = 4;
// Side of the largest block whose symbols the linear part takes at once: 3072 values.
constexpr int64_t largest_symbol_block = 32;

struct AttackArguments {
    std::string model, test_model, cipher, cipher_config = "{}", key, stage = "protected";
    std::string json, sheet;
    double snr_db = 10;
    bool hide_symbols = false, only_unet = false, picture_key = false, resume = false;
    std::string read = "magnitudes", output;
    double class_weight = djescc::KeylessOptions().class_weight;
    std::vector<int64_t> widths;
    int64_t steps = -1;
    double learning_rate = 0;
    int64_t block = 0, test_count = 1000, sheet_pictures = 8;
    PictureSource training, test;
    djescc::InverseNetOptions net;
};

AttackStage stage_of(const AttackArguments& arguments)
{
    if (arguments.stage == "symbols")
        return AttackStage::symbols;
    return arguments.stage == "decoded" ? AttackStage::decoded
                                        : AttackStage::protected_images;
}

SubjectOptions subject_options(const AttackArguments& arguments)
{
    if (arguments.model.empty() == arguments.cipher.empty())
        throw djescc::ConfigError("give one of --model DIR and --cipher TYPE");
    SubjectOptions options;
    options.keep_on_device = true;
    options.model = arguments.model;
    options.device = arguments.net.device;
    if (!arguments.cipher.empty()) {
        options.cipher = read_json_argument(arguments.cipher_config);
        options.cipher["type"] = arguments.cipher;
    }
    if (!arguments.key.empty())
        options.key = read_json_argument(arguments.key);
    options.needs_provider = stage_of(arguments) != AttackStage::protected_images;
    if (options.needs_provider && options.model.empty())
        throw djescc::ConfigError("--stage " + arguments.stage +
                                  " needs --model: a cipher alone has no provider");
    if (arguments.hide_symbols && stage_of(arguments) != AttackStage::symbols)
        throw djescc::ConfigError("--hide-symbols is of --stage symbols: give that too");
    if (arguments.only_unet && stage_of(arguments) != AttackStage::symbols)
        throw djescc::ConfigError("--only-unet is of --stage symbols: give that too");
    return options;
}

void check_crop(const CipherSubject& victim, int64_t crop)
{
    if (crop % victim.multiple() != 0)
        throw djescc::ConfigError("--crop must be a multiple of " +
                                  std::to_string(victim.multiple()) + " for " +
                                  victim.name());
}

void print(const AttackResult& result, const std::string& title)
{
    std::cout << '\n' << title << '\n';
    TextTable table({ "", "PSNR dB", "of MSE", "SSIM", "LCES" });
    for (const auto& figures : result.figures)
        table.add({ figures.of,
                    format_number(figures.psnr_db, 2),
                    format_number(figures.mean_mse_psnr_db, 2),
                    format_number(figures.ssim, 3),
                    format_number(figures.visual_security, 3) });
    table.print(std::cout, "  ");
}

nlohmann::json to_json(const AttackResult& result)
{
    auto rows = nlohmann::json::array();
    for (const auto& figures : result.figures)
        rows.push_back(figures.to_json());
    return rows;
}

//! All of the symbols may tell of each pixel, so the linear part takes them at once, and
//! what is trained is a decoder of the codec's kind where that can be.
void look_at_symbols(AttackArguments& arguments,
                     const CipherSubject& subject,
                     const djescc::Dataset& known)
{
    auto& net = arguments.net;
    net.images = false;
    const auto one = known.crops({ { 0, 0.5, 0.5, false } }, net.crop);
    if (arguments.block == 0)
        net.block = std::gcd(one.size(2), one.size(3));
    if (net.block > largest_symbol_block)
        throw djescc::ConfigError(
            "the linear part would take the symbols for " + std::to_string(net.block) +
            "x" + std::to_string(net.block) +
            " pixels at once: give --crop 32, and --block up to 32");
    const auto codec = subject.codec();
    const double snr_db = arguments.snr_db;
    if (!arguments.only_unet && djescc::make_decoder_attacker(codec, snr_db))
        net.make_net = [codec, snr_db] {
            return djescc::make_decoder_attacker(codec, snr_db);
        };
}

djescc::InverseNet train(const Victim& victim,
                         const AttackData& data,
                         djescc::InverseNetOptions options,
                         const Interrupt& interrupt)
{
    Progress progress;
    bool told = false;
    const auto start = std::chrono::steady_clock::now();
    options.stop_requested = [&] {
        if (interrupt.requested() && !told) {
            progress.line("Stopping; Ctrl-C again ends the program at once.");
            told = true;
        }
        return interrupt.requested();
    };
    options.progress = [&](const djescc::InverseNetProgress& now) {
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
                .count();
        progress.update(now.fraction,
                        now.step == 0
                            ? "fitting the linear part"
                            : "step " + std::to_string(now.step) + "/" +
                                  std::to_string(options.steps) + "  loss " +
                                  format_number(now.loss, 5) + "  ETA " +
                                  format_duration(seconds * (1 / now.fraction - 1)));
    };
    return djescc::InverseNet(
        *data.known,
        [&](const torch::Tensor& plain, at::Generator generator) {
            return victim.observe(plain, generator).values;
        },
        options);
}

//! Options that are of the attack without pairs alone, or not of it.
void check_kind(const AttackArguments& arguments)
{
    if (!arguments.picture_key)
        return;
    if (arguments.model.empty())
        throw djescc::ConfigError("--picture-key needs --model");
    if (stage_of(arguments) == AttackStage::symbols)
        throw djescc::ConfigError("--picture-key looks at protected or decoded pictures");
    if (!arguments.test_model.empty() || !arguments.key.empty() ||
        arguments.net.pairs > 0 || arguments.block > 0)
        throw djescc::ConfigError(
            "--test-model, --key, --pairs and --block are of the "
            "attack with known pairs");
}

int run_without_pairs(const AttackArguments& arguments)
{
    KeylessArguments keyless;
    keyless.model = arguments.model;
    keyless.device = arguments.net.device;
    keyless.json = arguments.json;
    keyless.sheet = arguments.sheet;
    keyless.decoded = stage_of(arguments) == AttackStage::decoded;
    keyless.snr_db = arguments.snr_db;
    keyless.training = arguments.training;
    keyless.test = arguments.test;
    keyless.test_count = arguments.test_count;
    keyless.sheet_pictures = arguments.sheet_pictures;
    auto& options = keyless.options;
    options.input = djescc::reading_input(arguments.read);
    options.crop = arguments.net.crop;
    options.batch = arguments.net.batch;
    options.seed = arguments.net.seed;
    options.threads = arguments.net.threads;
    options.class_weight = arguments.class_weight;
    options.output = arguments.output;
    options.resume = arguments.resume;
    if (!arguments.widths.empty())
        options.widths = arguments.widths;
    if (arguments.steps >= 0)
        options.steps = arguments.steps;
    if (arguments.learning_rate > 0)
        options.learning_rate = arguments.learning_rate;
    return run_keyless_attack(keyless);
}

int run_attack(AttackArguments arguments)
{
    check_kind(arguments);
    if (arguments.picture_key)
        return run_without_pairs(arguments);
    if (!arguments.widths.empty())
        arguments.net.widths = arguments.widths;
    if (arguments.steps >= 0)
        arguments.net.steps = arguments.steps;
    if (arguments.learning_rate > 0)
        arguments.net.learning_rate = arguments.learning_rate;
    arguments.net.output = arguments.output;
    arguments.net.resume = arguments.resume;
    auto options = subject_options(arguments);
    const CipherSubject subject(options);
    std::optional<SymbolHider> hider;
    if (arguments.hide_symbols)
        hider.emplace();
    const Victim victim{
        subject, stage_of(arguments), arguments.snr_db, hider ? &*hider : nullptr
    };
    std::unique_ptr<CipherSubject> other;
    if (!arguments.test_model.empty()) {
        options.model = arguments.test_model;
        other = std::make_unique<CipherSubject>(options);
    }
    const AttackData data(arguments.training, arguments.test, arguments.test_count);
    auto& net_options = arguments.net;
    check_crop(subject, net_options.crop);
    net_options.block = arguments.block > 0
                            ? arguments.block
                            : std::max(subject.cipher().block(), usual_block);
    if (victim.stage == AttackStage::symbols)
        look_at_symbols(arguments, subject, *data.known);

    const Interrupt interrupt;
    std::cout << "attack on " << subject.name() << ", stage " << arguments.stage
              << ", channel at " << format_snr(arguments.snr_db) << " dB SNR"
              << "\nknown: " << data.known->description()
              << "\nunseen: " << data.unseen->description() << std::endl;
    const auto net = train(victim, data, net_options, interrupt);
    std::cout << net.pairs() << " known pairs, blocks of " << net_options.block << "x"
              << net_options.block << (net_options.make_net ? ", decoder" : ", U-Net")
              << " of " << net.parameters() << " parameters, " << net.steps()
              << " steps of " << net_options.batch
              << (net.steps() < net_options.steps ? ", stopped" : "") << '\n';

    const auto measure = [&](const Victim& whose) {
        return measure_attack(net,
                              whose,
                              *data.unseen,
                              net_options.crop,
                              arguments.sheet_pictures,
                              net_options.seed);
    };
    const auto result = measure(victim);
    print(result, "Means over the unseen pictures");
    nlohmann::json json = { { "victim", subject.name() },
                            { "stage", arguments.stage },
                            { "snr_db", arguments.snr_db },
                            { "known", data.known->description() },
                            { "unseen", data.unseen->description() },
                            { "pairs", net.pairs() },
                            { "crop", net_options.crop },
                            { "block", net_options.block },
                            { "net", net_options.make_net ? "decoder" : "unet" },
                            { "hide_symbols", arguments.hide_symbols },
                            { "widths", net_options.widths },
                            { "steps", net.steps() },
                            { "batch", net_options.batch },
                            { "seed", net_options.seed },
                            { "rows", to_json(result) } };
    if (other) {
        const auto transferred =
            measure({ *other, victim.stage, victim.snr_db, victim.hider });
        print(transferred, "The same net against " + other->name());
        json["test_victim"] = other->name();
        json["test_rows"] = to_json(transferred);
    }
    if (!arguments.sheet.empty())
        write_attack_sheet(result, arguments.sheet);
    if (!arguments.json.empty())
        write_json_file(json, arguments.json);
    return net.steps() < net_options.steps ? exit_code::interrupted : exit_code::success;
}

void add_victim_options(CLI::App& command, AttackArguments& arguments)
{
    command.add_option("--model", arguments.model, "The attacked model's directory");
    command.add_option("--cipher", arguments.cipher, "Type of a cipher, instead");
    command.add_option("--cipher-config",
                       arguments.cipher_config,
                       "The cipher's settings: JSON or a file of it (default: none)");
    command.add_option(
        "--key", arguments.key, "The key: JSON or a file of it (default: a random one)");
    command
        .add_option("--stage",
                    arguments.stage,
                    "What the attacker sees: protected pictures, or decoded ones, behind "
                    "the provider's decoder, or symbols, those on the channel (default: "
                    "protected)")
        ->check(CLI::IsMember({ "protected", "decoded", "symbols" }));
    command.add_flag("--hide-symbols",
                     arguments.hide_symbols,
                     "Hide the symbols as a radio with --key does, under a new key");
    command.add_flag("--only-unet",
                     arguments.only_unet,
                     "Of symbols: train a U-Net, not a decoder of the codec's kind");
    command
        .add_option("--snr",
                    arguments.snr_db,
                    "Es/N0 in dB of the provider's channel (default: 10)")
        ->check(CLI::Range(-100.0, 100.0));
    command.add_flag("--picture-key",
                     arguments.picture_key,
                     "No pairs: every picture is under secrets of its own, as with a "
                     "picture key, and the attacker has the public model alone");
    command
        .add_option("--read",
                    arguments.read,
                    "With --picture-key: what he looks at in the values that a protected "
                    "picture shows: magnitudes in their places, magnitudes sorted by "
                    "size, or the values (default: magnitudes)")
        ->check(CLI::IsMember({ "magnitudes", "sorted", "values" }));
    command
        .add_option(
            "--class-weight",
            arguments.class_weight,
            "With --picture-key: weight of naming classes beside the mean squared "
            "error (default: 0.02)")
        ->check(CLI::NonNegativeNumber);
    command
        .add_option("--test-model",
                    arguments.test_model,
                    "Try the net against another model too, such as a rekeyed one")
        ->needs("--model");
}

void add_data_options(CLI::App& command, AttackArguments& arguments)
{
    command.add_option("--cifar10",
                       arguments.training.cifar10,
                       "Known pictures: files of CIFAR-10's binary version");
    command.add_option("--input",
                       arguments.training.input,
                       "Known pictures: a folder, or a file of `djescc dataset pack`");
    command.add_option("--test-cifar10",
                       arguments.test.cifar10,
                       "Unseen pictures (default: the last ones of the known)");
    command.add_option("--test-input", arguments.test.input, "Unseen pictures");
    command.add_flag_callback(
        "--grey",
        [&arguments] { arguments.training.grey = arguments.test.grey = true; },
        "The pictures' luma alone, for ciphers and models of one channel");
    command
        .add_option(
            "--test-limit", arguments.test_count, "Most unseen pictures (default: 1000)")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--crop",
                    arguments.net.crop,
                    "Side of crops in pixels; needed where pictures differ in size "
                    "(default: whole pictures)")
        ->check(CLI::Range(8, 4096));
    command
        .add_option("--pairs",
                    arguments.net.pairs,
                    "Pairs that the attacker knows (default: every known picture)")
        ->check(CLI::PositiveNumber);
}

void add_net_options(CLI::App& command, AttackArguments& arguments)
{
    auto& net = arguments.net;
    command
        .add_option("--block",
                    arguments.block,
                    "Side of the linear part's blocks (default: the cipher's)")
        ->check(CLI::Range(1, 64));
    command
        .add_option(
            "--widths",
            arguments.widths,
            "Filters of the U-Net's levels, finest first (default: 16,32,64; with "
            "--picture-key 96,192)")
        ->delimiter(',');
    command
        .add_option("--steps",
                    arguments.steps,
                    "Steps of training (default: 2000; with --picture-key 3200)")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--batch", net.batch, "Pictures in a step (default: 64)")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--learning-rate",
                    arguments.learning_rate,
                    "Of Adam (default: 0.002; with --picture-key 0.001)")
        ->check(CLI::PositiveNumber);
    auto* output = command.add_option(
        "--output", arguments.output, "Folder for the net's log and checkpoint");
    command.add_flag("--resume", arguments.resume, "Go on from the checkpoint there")
        ->needs(output);
    command.add_option("--seed", net.seed, "Of net, order and noise (default: 1)");
    command.add_option("--device", net.device, "auto, cpu, cuda or cuda:N");
    command.add_option("--threads", net.threads, "CPU threads (default: 1)")
        ->check(CLI::PositiveNumber);
}

} // namespace

void add_attack_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "attack",
        "Train a net on known pairs and see what it recovers of other pictures");
    command->footer(attack_footer);
    auto arguments = std::make_shared<AttackArguments>();
    add_victim_options(*command, *arguments);
    add_data_options(*command, *arguments);
    add_net_options(*command, *arguments);
    command->add_option("--json", arguments->json, "File for the figures");
    command->add_option(
        "--sheet", arguments->sheet, "PNG file with example pictures side by side");
    command
        ->add_option("--sheet-pictures",
                     arguments->sheet_pictures,
                     "How many of them (default: 8)")
        ->check(CLI::Range(1, 64));
    command->callback([arguments, &action] {
        action = [arguments] { return run_attack(*arguments); };
    });
}
