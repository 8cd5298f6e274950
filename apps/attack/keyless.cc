/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Trains the attacker without key and pairs, and shows unseen pictures to him.

#include "attack/keyless.h"

#include "attack/figure_sums.h"
#include "exit_code.h"
#include "interrupt.h"
#include "json_file.h"
#include "progress.h"
#include "snr_list.h"
#include "text_table.h"
#include <algorithm>
#include <chrono>
#include <djescc/error.h>
#include <djescc/image/contact_sheet.h>
#include <djescc/image/image_io.h>
#include <djescc/keys/picture_keys.h>
#include <djescc/metrics/quality.h>
#include <djescc/model/model.h>
#include <iostream>
#include <memory>

namespace {

using torch::Tensor;

constexpr int64_t measured_batch = 64, sheet_cell = 192;
constexpr double percent = 100;

djescc::KeylessVictim victim_of(const KeylessArguments& arguments)
{
    djescc::RuntimeOptions runtime;
    runtime.device = arguments.device;
    const djescc::Model model(arguments.model);
    djescc::KeylessVictim victim;
    victim.cipher = model.shared_cipher();
    victim.codec = model.shared_codec();
    victim.device = djescc::select_device(arguments.device);
    victim.nets.encryptor = model.load_encryptor(runtime);
    victim.nets.encoder = model.load_encoder(runtime);
    victim.nets.decoder = model.load_decoder(runtime);
    victim.nets.decryptor = model.load_decryptor(runtime);
    victim.decoded = arguments.decoded;
    victim.snr_db = arguments.snr_db;
    if (const auto needs = victim.codec->needs();
        needs.feedback || victim.codec->parts() > 1)
        throw djescc::ConfigError(
            "the attack without pairs sends pictures in one part; "
            "codec " +
            victim.codec->type() + " sends several");
    return victim;
}

//! Keys as a sender with a key file draws them: a new key, a run, rising numbers.
class FreshKeys
{
public:
    FreshKeys()
        : d_key(djescc::SecretKey::generate())
        , d_secrets(d_key)
        , d_seal(d_key)
        , d_run(djescc::PictureSeal::draw_run())
    {
        d_keys.secrets = &d_secrets;
        d_keys.seal = &d_seal;
    }

    const djescc::PictureKeys* next(int64_t pictures)
    {
        d_keys.counters.clear();
        for (int64_t i = 0; i < pictures; ++i)
            d_keys.counters.push_back(d_number++);
        d_keys.runs.assign(static_cast<std::size_t>(pictures), d_run);
        return &d_keys;
    }

private:
    djescc::SecretKey d_key;
    djescc::FrameSecrets d_secrets;
    djescc::PictureSeal d_seal;
    djescc::PictureSeal::Run d_run;
    uint64_t d_number = 0;
    djescc::PictureKeys d_keys;
};

/*! Share of the rows whose most similar candidate is their own, by the correlation of
 *  values that are standardised over all rows: what they have in common tells nothing.
 *  \param observed, candidates  N x D */
double found_share(const Tensor& observed, const Tensor& candidates)
{
    const auto standard = [](const Tensor& rows) {
        const auto centred = rows - rows.mean(0, true);
        const auto scaled =
            centred / centred.square().mean(0, true).sqrt().clamp_min(1e-12);
        return scaled / scaled.norm(2, { 1 }, true).clamp_min(1e-12);
    };
    const auto nearest = standard(observed).matmul(standard(candidates).t()).argmax(1);
    const auto own = torch::arange(observed.size(0), nearest.options());
    return (nearest == own).to(torch::kFloat64).mean().item<double>();
}

//! What the attacker found out.
struct KeylessResult {
    std::vector<AttackFigures> figures;
    int64_t pictures = 0, classes = 0;
    double right_classes = 0; //!< share
    double found_by_reading = 0, found_by_picture = 0;
    std::vector<std::vector<Tensor>> sheet; //!< pictures of the first rows
};

KeylessResult measure_keyless(const djescc::KeylessAttack& attack,
                              const djescc::KeylessVictim& victim,
                              const djescc::Dataset& unseen,
                              const KeylessArguments& arguments)
{
    const torch::NoGradGuard no_grad;
    FigureSums mean("mean picture"), attacker("attacker"), signs("attacker, by signs"),
        recipient("recipient");
    auto generator = at::globalContext().defaultGenerator(victim.device).clone();
    generator.set_current_seed(arguments.options.seed);
    FreshKeys owner, candidates_owner;
    KeylessResult result;
    std::vector<Tensor> read, candidates, plain_rows, guessed_rows;
    bool has_signs = false;
    for (int64_t first = 0; first < unseen.size(); first += measured_batch) {
        std::vector<djescc::CropChoice> choices;
        for (int64_t i = first; i < std::min(unseen.size(), first + measured_batch); ++i)
            choices.push_back({ i, 0.5, 0.5, false });
        const auto plain = unseen.crops(choices, arguments.options.crop)
                               .to(victim.device)
                               .to(torch::kFloat32)
                               .div(255);
        djescc::Conditions conditions;
        conditions.keys = owner.next(plain.size(0));
        const auto view = victim.look(plain, conditions, generator);
        const auto guess = attack.guess(view.seen);
        const auto by_signs = attack.guess_signs(view.seen, guess.images);
        auto arrived = view.sent;
        arrived.images = victim.decoded
                             ? view.seen
                             : victim.behind_channel(view.sent.images, generator);
        const auto received = victim.nets.decryptor->forward(arrived, conditions);
        mean.add(attack.mean_image().expand_as(plain), plain);
        attacker.add(guess.images, plain);
        recipient.add(received, plain);
        has_signs = by_signs.defined();
        if (has_signs)
            signs.add(by_signs, plain);
        if (guess.classes.defined()) {
            const auto labels = unseen.labels(choices).to(victim.device);
            result.right_classes += (labels == guess.classes).sum().item<double>();
        }
        read.push_back(attack.features(view.seen).flatten(1));
        conditions.keys = candidates_owner.next(plain.size(0));
        candidates.push_back(
            attack.features(victim.nets.encryptor->forward(plain, conditions).images)
                .flatten(1));
        plain_rows.push_back(plain.flatten(1));
        guessed_rows.push_back(guess.images.flatten(1));
        for (int64_t i = 0;
             i < plain.size(0) &&
             static_cast<int64_t>(result.sheet.size()) < arguments.sheet_pictures;
             ++i) {
            result.sheet.push_back({ plain[i], view.seen[i], guess.images[i] });
            result.sheet.back().push_back(has_signs ? by_signs[i] : Tensor());
            result.sheet.back().push_back(received[i]);
        }
    }
    result.pictures = unseen.size();
    result.classes = unseen.class_count();
    result.right_classes /= static_cast<double>(result.pictures);
    result.found_by_reading = found_share(torch::cat(read), torch::cat(candidates));
    result.found_by_picture =
        found_share(torch::cat(guessed_rows), torch::cat(plain_rows));
    result.figures = { mean.mean(), attacker.mean() };
    if (has_signs)
        result.figures.push_back(signs.mean());
    result.figures.push_back(recipient.mean());
    return result;
}

void print_keyless(const KeylessResult& result)
{
    std::cout << "\nMeans over " << result.pictures
              << " unseen pictures, each under secrets of its own\n";
    TextTable table({ "", "PSNR dB", "of MSE", "SSIM", "LCES" });
    for (const auto& figures : result.figures)
        table.add({ figures.of,
                    format_number(figures.psnr_db, 2),
                    format_number(figures.mean_mse_psnr_db, 2),
                    format_number(figures.ssim, 3),
                    format_number(figures.visual_security, 3) });
    table.print(std::cout, "  ");
    const auto share = [](double value) { return format_number(percent * value, 1); };
    const double candidates = static_cast<double>(result.pictures);
    if (result.classes > 0)
        std::cout << "  class right: " << share(result.right_classes) << " % (chance "
                  << share(1.0 / static_cast<double>(result.classes)) << " %)\n";
    std::cout << "  right one of " << result.pictures
              << " candidates: " << share(result.found_by_reading)
              << " % by what is read, " << share(result.found_by_picture)
              << " % by the attacker's picture (chance " << share(1.0 / candidates)
              << " %)\n";
}

void write_keyless_sheet(const KeylessResult& result, const std::string& path)
{
    std::vector<djescc::ContactSheetRow> rows;
    for (const auto& pictures : result.sheet) {
        djescc::ContactSheetRow row;
        row.label = std::to_string(rows.size() + 1);
        for (const auto& picture : pictures) {
            row.images.push_back(picture.defined() ? picture.to(torch::kCPU) : picture);
            row.captions.push_back(
                picture.defined() && row.images.size() > 1 &&
                        picture.sizes() == pictures[0].sizes()
                    ? format_number(
                          djescc::psnr(picture.unsqueeze(0), pictures[0].unsqueeze(0))
                              .item<double>(),
                          1) +
                          " dB"
                    : "");
        }
        rows.push_back(row);
    }
    djescc::write_png(
        djescc::contact_sheet(
            { "plain", "what is seen", "attacker", "by signs", "recipient" },
            rows,
            sheet_cell),
        path);
}

} // namespace

int run_keyless_attack(const KeylessArguments& arguments)
{
    const auto victim = victim_of(arguments);
    const AttackData data(arguments.training, arguments.test, arguments.test_count);
    auto options = arguments.options;
    const Interrupt interrupt;
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
    int64_t first_step = -1;
    options.progress = [&](int64_t step, double loss) {
        if (first_step < 0)
            first_step = step - 1;
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
                .count();
        const auto done = static_cast<double>(step - first_step),
                   left = static_cast<double>(options.steps - step);
        progress.update(static_cast<double>(step) / static_cast<double>(options.steps),
                        "step " + std::to_string(step) + "/" +
                            std::to_string(options.steps) + "  loss " +
                            format_number(loss, 5) + "  ETA " +
                            format_duration(seconds / done * left));
    };
    const std::string stage = arguments.decoded ? "decoded" : "protected";
    std::cout << "attack on " << arguments.model << " without key and pairs, stage "
              << stage << ", channel at " << format_snr(arguments.snr_db)
              << " dB SNR\nread: " << to_string(options.input)
              << "\nknown: " << data.known->description()
              << "\nunseen: " << data.unseen->description() << std::endl;
    const djescc::KeylessAttack attack(victim, *data.known, options);
    const int64_t trained_on = attack.steps() * options.batch;
    std::cout << "U-Net of " << attack.parameters() << " parameters, " << attack.steps()
              << " steps of " << options.batch << ", " << trained_on << " pictures"
              << (attack.steps() < options.steps ? ", stopped" : "") << '\n';
    const auto result = measure_keyless(attack, victim, *data.unseen, arguments);
    print_keyless(result);
    if (!arguments.sheet.empty())
        write_keyless_sheet(result, arguments.sheet);
    if (!arguments.json.empty()) {
        auto rows = nlohmann::json::array();
        for (const auto& figures : result.figures)
            rows.push_back(figures.to_json());
        write_json_file({ { "victim", arguments.model },
                          { "stage", stage },
                          { "snr_db", arguments.snr_db },
                          { "read", to_string(options.input) },
                          { "trained_on", trained_on },
                          { "parameters", attack.parameters() },
                          { "seed", options.seed },
                          { "pictures", result.pictures },
                          { "right_classes", result.right_classes },
                          { "classes", result.classes },
                          { "found_by_reading", result.found_by_reading },
                          { "found_by_picture", result.found_by_picture },
                          { "rows", rows } },
                        arguments.json);
    }
    return attack.steps() < options.steps ? exit_code::interrupted : exit_code::success;
}
