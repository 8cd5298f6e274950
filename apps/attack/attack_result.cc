/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Shows unseen pictures to the attacker's net, and sums up what it recovers of them.

#include "attack/attack_result.h"

#include "text_table.h"
#include <algorithm>
#include <cmath>
#include <djescc/attack/attacker_net.h>
#include <djescc/image/contact_sheet.h>
#include <djescc/image/image_io.h>
#include <djescc/metrics/quality.h>

namespace {

using torch::Tensor;

constexpr int64_t batch = 64;
constexpr int64_t cell = 192;
// Between black and white on a contact sheet.
constexpr double symbol_span = 4;

std::string caption(const Tensor& image, const Tensor& plain)
{
    const double psnr_db =
        djescc::psnr(image.unsqueeze(0), plain.unsqueeze(0)).item<double>();
    return std::isinf(psnr_db) ? "identical" : format_number(psnr_db, 1) + " dB";
}

} // namespace

Observed Victim::observe(const torch::Tensor& plain, const at::Generator& generator) const
{
    Observed observed;
    observed.images = subject.encrypt(plain);
    if (stage == AttackStage::symbols) {
        auto symbols = subject.overhear(observed.images, snr_db, generator);
        if (hider != nullptr)
            symbols = hider->hide(symbols);
        observed.values = djescc::symbols_as_image(
            symbols, { plain.size(1), plain.size(2), plain.size(3) });
        return observed;
    }
    if (stage == AttackStage::decoded)
        observed.images = subject.transmit(observed.images, snr_db, generator);
    observed.values = observed.images.values;
    return observed;
}

torch::Tensor Victim::receive(const Observed& observed,
                              const at::Generator& generator) const
{
    const auto& images = observed.images;
    const auto arrived = stage != AttackStage::decoded && subject.has_provider()
                             ? subject.transmit(images, snr_db, generator)
                             : images;
    return subject.decrypt(arrived.values, arrived);
}

AttackResult measure_attack(const djescc::InverseNet& net,
                            const Victim& victim,
                            const djescc::Dataset& unseen,
                            int64_t crop,
                            int64_t pictures,
                            uint64_t seed)
{
    const torch::NoGradGuard no_grad;
    FigureSums mean("mean of the known pictures"), seen("what the provider sees"),
        linear("attacker, linear part alone"), attacker("attacker"),
        recipient("recipient");
    auto generator =
        at::globalContext().defaultGenerator(victim.subject.device()).clone();
    generator.set_current_seed(seed);
    AttackResult result;
    result.symbols = victim.stage == AttackStage::symbols;
    for (int64_t first = 0; first < unseen.size(); first += batch) {
        std::vector<djescc::CropChoice> choices;
        for (int64_t i = first; i < std::min(unseen.size(), first + batch); ++i)
            choices.push_back({ i, 0.5, 0.5, false });
        const auto plain = unseen.crops(choices, crop)
                               .to(victim.subject.device())
                               .to(torch::kFloat32)
                               .div(255);
        const auto seen_now = victim.observe(plain, generator);
        const auto& observed = seen_now.values;
        const auto recovered = net.recover(observed),
                   received = victim.receive(seen_now, generator);
        mean.add(net.mean_image().expand_as(plain), plain);
        if (!result.symbols)
            seen.add(observed, plain);
        linear.add(net.recover_linearly(observed), plain);
        attacker.add(recovered, plain);
        recipient.add(received, plain);
        if (first == 0) {
            const auto kept = [&](const Tensor& images) {
                return images.slice(0, 0, pictures).to(torch::kCPU);
            };
            result.plain = kept(plain);
            result.observed =
                kept(result.symbols ? 0.5 + observed / symbol_span : observed);
            result.recovered = kept(recovered);
            result.received = kept(received);
        }
    }
    if (!result.symbols)
        result.figures.push_back(seen.mean());
    for (const auto* sums : { &mean, &linear, &attacker, &recipient })
        result.figures.push_back(sums->mean());
    return result;
}

void write_attack_sheet(const AttackResult& result, const std::string& path)
{
    std::vector<djescc::ContactSheetRow> rows;
    for (int64_t i = 0; i < result.plain.size(0); ++i) {
        const auto& plain = result.plain[i];
        rows.push_back(
            { std::to_string(i + 1),
              { plain, result.observed[i], result.recovered[i], result.received[i] },
              { "",
                result.symbols ? "" : caption(result.observed[i], plain),
                caption(result.recovered[i], plain),
                caption(result.received[i], plain) } });
    }
    djescc::write_png(
        djescc::contact_sheet({ "plain",
                                result.symbols ? "symbols" : "what the provider sees",
                                "attacker",
                                "recipient" },
                              rows,
                              cell),
        path);
}
