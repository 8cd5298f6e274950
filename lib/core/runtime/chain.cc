/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs the chain for training, and the simulated channel.

#include "runtime/chain.h"

#include <djescc/channel/channel.h>

namespace djescc {

namespace {

//! N x k bool, true for a row's own symbols.
torch::Tensor own_symbols(const SymbolBatch& batch)
{
    const auto places = torch::arange(batch.values.size(1), batch.values.device());
    return places.unsqueeze(0) < batch.counts.to(places.device()).unsqueeze(1);
}

//! 0 for floor(part k) symbols of each image, wherever they fall, 1 for the others.
torch::Tensor kept_symbols(const torch::Tensor& symbols,
                           const torch::Tensor& part,
                           const at::Generator& generator)
{
    const int64_t count = symbols.size(1);
    const auto order =
        torch::rand(symbols.sizes(), generator, torch::TensorOptions(symbols.device()))
            .argsort(int64_t{ 1 });
    const auto rank = order.argsort(int64_t{ 1 });
    const auto lost = (part.clamp(0, 1) * static_cast<double>(count)).floor();
    return (rank >= lost.unsqueeze(1)).to(torch::kFloat32);
}

} // namespace

ReceivedSymbols through_channel(const SymbolBatch& sent,
                                const torch::Tensor& snr_db,
                                const torch::Tensor& erased,
                                const at::Generator& generator)
{
    ReceivedSymbols received;
    received.symbols.counts = sent.counts;
    auto& values = received.symbols.values;
    values = reals_to_symbols(awgn(symbols_to_reals(sent.values), snr_db, generator));
    if (erased.defined()) {
        received.reliability = kept_symbols(values, erased, generator);
        values = values * received.reliability;
    }
    // What stands behind is zero whatever the encoder left there, but with its gradient,
    // so that an encoder that chooses a rate learns from what it did not send.
    if (sent.counts.defined())
        values =
            torch::where(own_symbols(sent), values, sent.values - sent.values.detach());
    return received;
}

torch::Tensor rounded_to_8_bits(const torch::Tensor& images)
{
    const auto levels = images.detach() * 255;
    return images + (levels.clamp(0, 255).round() - levels) / 255;
}

ChainOutput run_chain(const ModelNets& nets,
                      const torch::Tensor& plain,
                      const ChainConditions& conditions,
                      const at::Generator& generator)
{
    const auto between = [&](const torch::Tensor& images) {
        return conditions.round_to_8_bits ? rounded_to_8_bits(images) : images;
    };
    Conditions known;
    known.training = conditions.training;
    auto hidden = nets.encryptor->forward(plain, known);
    hidden.images = between(hidden.images);
    const auto& images = hidden.images;

    known.snr_db =
        conditions.told_snr_db.defined() ? conditions.told_snr_db : conditions.snr_db;
    ChainOutput output;
    output.symbols = nets.encoder->forward(images, known);
    auto received =
        through_channel(output.symbols, conditions.snr_db, conditions.erased, generator);
    known.reliability = received.reliability;
    const ImageShape shape{ images.size(1), images.size(2), images.size(3) };
    output.decoded =
        between(nets.decoder->forward(received.symbols, shape, known).images);

    Conditions at_recipient;
    at_recipient.training = conditions.training;
    output.decrypted =
        nets.decryptor->forward({ output.decoded, hidden.side, {} }, at_recipient);
    output.protected_images = images;
    output.side = hidden.side;
    output.protection = std::move(hidden.extras);
    return output;
}

} // namespace djescc
