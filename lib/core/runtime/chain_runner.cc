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
    ChainResult result;
    result.protected_images = rounded(d_encryptor.run(std::move(plain)), channel);
    result.decoded = rounded(
        transmit(result.protected_images, channel, generator, &result.symbol_counts),
        channel);
    result.decrypted = d_decryptor.run(result.decoded);
    return result;
}

FrameBatch ChainRunner::transmit(FrameBatch images,
                                 const SimulatedChannel& channel,
                                 const at::Generator& generator,
                                 torch::Tensor* counts)
{
    if (images.facts.empty() || !channel.snr_db.defined() ||
        channel.snr_db.numel() != static_cast<int64_t>(images.facts.size())) {
        throw ConfigError("a channel needs the SNR of each of the frames");
    }
    const auto snr_db = channel.snr_db.to(torch::kCPU, torch::kFloat64).contiguous();
    for (std::size_t i = 0; i < images.facts.size(); i++) {
        images.facts[i].snr_db =
            channel.snr_hint_db.value_or(snr_db.data_ptr<double>()[i]);
    }
    const auto shape = images.facts.front().shape;
    auto symbols = d_encoder.run(std::move(images));
    const c10::InferenceMode inference;
    if (symbols.facts.front().parts > 1) {
        symbols = join_parts(std::move(symbols), d_encoder.symbol_counts(shape));
    }
    const auto device = symbols.values.device();
    const auto count = symbols.values.size(0);
    auto received = through_channel({ symbols.values, symbols.counts, {} },
                                    channel.snr_db.to(device),
                                    channel.erased > 0
                                        ? torch::full({ count }, channel.erased, device)
                                        : torch::Tensor(),
                                    generator);
    if (counts != nullptr) {
        *counts = symbols.counts.defined()
                      ? symbols.counts
                      : torch::full({ count }, symbols.values.size(1), torch::kInt64);
    }
    symbols.values = received.symbols.values;
    symbols.reliability = received.reliability;
    return d_decoder.run(std::move(symbols));
}

} // namespace djescc
