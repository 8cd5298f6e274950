/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sends images through the four roles and a simulated channel.

#include <djescc/runtime/chain_runner.h>

#include "runtime/chain.h"
#include "runtime/symbol_parts.h"
#include <c10/core/InferenceMode.h>
#include <c10/util/StringUtil.h>
#include <djescc/error.h>

namespace djescc {

namespace {

FrameBatch rounded(FrameBatch images, const SimulatedChannel& channel)
{
    if (channel.round_to_8_bits) {
        const c10::InferenceMode inference;
        images.values = rounded_to_8_bits(images.values);
    }
    return images;
}

//! Write what the nets are told into the frames.
void tell_snr(FrameBatch& batch, const SimulatedChannel& channel)
{
    if (batch.facts.empty() || !channel.snr_db.defined() ||
        channel.snr_db.numel() != static_cast<int64_t>(batch.facts.size())) {
        throw ConfigError("a channel needs the SNR of each of the frames");
    }
    const auto snr_db = channel.snr_db.to(torch::kCPU, torch::kFloat64).contiguous();
    for (std::size_t i = 0; i < batch.facts.size(); i++) {
        batch.facts[i].snr_db =
            channel.snr_hint_db.value_or(snr_db.data_ptr<double>()[i]);
    }
}

} // namespace

ChainRunner::ChainRunner(const ModelSource& source, const RunnerOptions& options)
    : d_encryptor(Role::encrypt, source, options)
    , d_encoder(Role::encode, source, options)
    , d_decoder(Role::decode, source, options)
    , d_decryptor(Role::decrypt, source, options)
{
}

ChainRunner::ChainRunner(std::shared_ptr<const Cipher> cipher,
                         std::shared_ptr<const Codec> codec,
                         const ModelNets& nets,
                         torch::Device device,
                         const std::array<double, 2>& snr_db,
                         const RunnerOptions& options)
    : d_encryptor(Role::encrypt, cipher, codec, nets.encryptor, device, snr_db, options)
    , d_encoder(Role::encode, cipher, codec, nets.encoder, device, snr_db, options)
    , d_decoder(Role::decode, cipher, codec, nets.decoder, device, snr_db, options)
    , d_decryptor(Role::decrypt, cipher, codec, nets.decryptor, device, snr_db, options)
{
}

ChainResult ChainRunner::run(FrameBatch plain,
                             const SimulatedChannel& channel,
                             const at::Generator& generator)
{
    return receive(send(std::move(plain), channel), channel, generator);
}

SentImages ChainRunner::send(FrameBatch plain, const SimulatedChannel& channel)
{
    return encode(rounded(d_encryptor.run(std::move(plain)), channel), channel);
}

ChainResult ChainRunner::receive(const SentImages& sent,
                                 const SimulatedChannel& channel,
                                 const at::Generator& generator)
{
    ChainResult result;
    result.protected_images = sent.protected_images;
    result.symbol_counts = arriving_counts(sent, channel);
    result.decoded = rounded(decode(sent, channel, generator), channel);
    result.decrypted = d_decryptor.run(result.decoded);
    return result;
}

bool ChainRunner::encoder_heeds_snr() const
{
    const auto needs = d_encoder.codec().needs();
    return needs.snr && !needs.decoder_alone;
}

FrameBatch ChainRunner::transmit(FrameBatch images,
                                 const SimulatedChannel& channel,
                                 const at::Generator& generator,
                                 torch::Tensor* counts)
{
    const auto sent = encode(std::move(images), channel);
    if (counts != nullptr) {
        *counts = arriving_counts(sent, channel);
    }
    return decode(sent, channel, generator);
}

SentImages ChainRunner::encode(FrameBatch images, const SimulatedChannel& channel)
{
    SentImages sent;
    sent.protected_images = images;
    tell_snr(images, channel);
    const auto shape = images.facts.front().shape;
    sent.symbols = d_encoder.run(std::move(images));
    const c10::InferenceMode inference;
    const int64_t count = sent.symbols.values.size(0);
    if (d_encoder.codec().needs().feedback) { // the first part: others depend on it
        sent.symbol_counts =
            torch::full({ count }, d_encoder.symbol_counts(shape).back(), torch::kInt64);
        return sent;
    }
    if (sent.symbols.facts.front().parts > 1) {
        sent.symbols =
            join_parts(std::move(sent.symbols), d_encoder.symbol_counts(shape));
    }
    const auto& values = sent.symbols.values;
    sent.symbol_counts =
        sent.symbols.counts.defined()
            ? sent.symbols.counts
            : torch::full({ values.size(0) }, values.size(1), torch::kInt64);
    return sent;
}

torch::Tensor ChainRunner::arriving_counts(const SentImages& sent,
                                           const SimulatedChannel& channel) const
{
    if (channel.parts == 0) {
        return sent.symbol_counts;
    }
    const int64_t parts = d_encoder.codec().parts();
    if (channel.parts < 0 || channel.parts > parts) {
        throw ConfigError(c10::str("codec ",
                                   d_encoder.codec().type(),
                                   " sends in ",
                                   parts,
                                   parts == 1 ? " part" : " parts",
                                   ", so ",
                                   channel.parts,
                                   " cannot arrive"));
    }
    if (parts == 1) {
        return sent.symbol_counts;
    }
    const auto ends = d_encoder.symbol_counts(sent.symbols.facts.front().shape);
    return torch::full_like(sent.symbol_counts,
                            ends[static_cast<std::size_t>(channel.parts - 1)]);
}

FrameBatch ChainRunner::arriving(const SentImages& sent,
                                 const SimulatedChannel& channel,
                                 const at::Generator& generator)
{
    FrameBatch symbols = sent.symbols;
    tell_snr(symbols, channel);
    const auto arriving = arriving_counts(sent, channel);
    const c10::InferenceMode inference;
    const auto device = symbols.values.device();
    const auto of_all = [&](double value) {
        return torch::full({ symbols.values.size(0) }, value, device);
    };
    const auto snr_db = channel.snr_db.to(device);
    const auto erased = channel.erased > 0 ? of_all(channel.erased) : torch::Tensor();
    ReceivedSymbols received;
    const auto& codec = d_encoder.codec();
    if (codec.needs().feedback) {
        received = through_rounds(
            [&](const torch::Tensor& heard) {
                if (!heard.defined()) {
                    return symbols.values;
                }
                auto images = sent.protected_images;
                tell_snr(images, channel);
                images.feedback = heard;
                return d_encoder.run(std::move(images)).values;
            },
            channel.parts > 0 ? channel.parts : codec.parts(),
            snr_db,
            erased,
            channel.feedback_snr_db ? of_all(*channel.feedback_snr_db) : torch::Tensor(),
            generator);
    } else {
        received = through_channel(
            { symbols.values, symbols.counts, {} }, snr_db, erased, generator);
    }
    if (channel.parts > 0 && d_encoder.codec().parts() > 1) {
        received = prefix_of(received, arriving[0].item<int64_t>());
    }
    symbols.values = received.symbols.values;
    symbols.reliability = received.reliability;
    return symbols;
}

FrameBatch ChainRunner::decode(const SentImages& sent,
                               const SimulatedChannel& channel,
                               const at::Generator& generator)
{
    return d_decoder.run(arriving(sent, channel, generator));
}

FrameBatch ChainRunner::arrive(FrameBatch images,
                               const SimulatedChannel& channel,
                               const at::Generator& generator)
{
    SimulatedChannel whole = channel;
    whole.parts = 0;
    return arriving(encode(std::move(images), whole), whole, generator);
}

} // namespace djescc
