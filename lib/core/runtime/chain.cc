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

//! What a receiver has, as one part after the other comes.
std::vector<ReceivedSymbols>
prefixes_of(const ReceivedSymbols& received, const Codec* codec, const ImageShape& shape)
{
    if (codec == nullptr || codec->parts() == 1)
        return { received };
    std::vector<ReceivedSymbols> prefixes;
    for (const int64_t count : codec->symbol_counts(shape))
        prefixes.push_back(prefix_of(received, count));
    return prefixes;
}

torch::Tensor all_of(const std::vector<torch::Tensor>& prefixes)
{
    return prefixes.size() == 1 ? prefixes.front() : torch::cat(prefixes);
}

} // namespace

torch::Tensor repeated(const torch::Tensor& images, int64_t times)
{
    if (!images.defined() || times == 1)
        return images;
    return torch::cat(
        std::vector<torch::Tensor>(static_cast<std::size_t>(times), images));
}

ReceivedSymbols prefix_of(const ReceivedSymbols& received, int64_t count)
{
    ReceivedSymbols prefix;
    prefix.symbols.values = received.symbols.values.slice(1, 0, count);
    if (received.reliability.defined())
        prefix.reliability = received.reliability.slice(1, 0, count);
    return prefix;
}

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

ReceivedSymbols
through_rounds(const std::function<torch::Tensor(const torch::Tensor&)>& encode,
               int64_t parts,
               const torch::Tensor& snr_db,
               const torch::Tensor& erased,
               const torch::Tensor& feedback_snr_db,
               const at::Generator& generator,
               torch::Tensor* sent)
{
    std::vector<torch::Tensor> all_sent, values, reliability, heard;
    for (int64_t part = 0; part < parts; ++part) {
        all_sent.push_back(
            encode(heard.empty() ? torch::Tensor() : torch::cat(heard, 1)));
        const auto received =
            through_channel({ all_sent.back() }, snr_db, erased, generator);
        values.push_back(received.symbols.values);
        if (received.reliability.defined())
            reliability.push_back(received.reliability);
        heard.push_back(
            feedback_snr_db.defined() && part + 1 < parts
                ? reals_to_symbols(
                      awgn(symbols_to_reals(values.back()), feedback_snr_db, generator))
                : values.back());
    }
    if (sent != nullptr)
        *sent = torch::cat(all_sent, 1);
    ReceivedSymbols all;
    all.symbols.values = torch::cat(values, 1);
    if (!reliability.empty())
        all.reliability = torch::cat(reliability, 1);
    return all;
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
    const auto* codec = conditions.codec;
    ReceivedSymbols received;
    if (codec != nullptr && codec->needs().feedback) {
        received = through_rounds(
            [&](const torch::Tensor& heard) {
                known.feedback = heard;
                return nets.encoder->forward(images, known).values;
            },
            codec->parts(),
            conditions.snr_db,
            conditions.erased,
            conditions.feedback_snr_db,
            generator,
            &output.symbols.values);
        known.feedback = torch::Tensor();
    } else {
        output.symbols = nets.encoder->forward(images, known);
        received = through_channel(
            output.symbols, conditions.snr_db, conditions.erased, generator);
    }
    const ImageShape shape{ images.size(1), images.size(2), images.size(3) };
    Conditions at_recipient;
    at_recipient.training = conditions.training;
    std::vector<torch::Tensor> decoded, decrypted;
    for (const auto& prefix : prefixes_of(received, codec, shape)) {
        known.reliability = prefix.reliability;
        decoded.push_back(
            between(nets.decoder->forward(prefix.symbols, shape, known).images));
        // Each by itself: in training, a row's place says which secrets are its own.
        decrypted.push_back(nets.decryptor->forward(
            { decoded.back(), hidden.side, hidden.extras }, at_recipient));
    }
    output.prefixes = static_cast<int64_t>(decoded.size());
    output.decoded = all_of(decoded);
    output.decrypted = all_of(decrypted);
    output.protected_images = repeated(images, output.prefixes);
    output.side = repeated(hidden.side, output.prefixes);
    output.protection = std::move(hidden.extras);
    return output;
}

} // namespace djescc
