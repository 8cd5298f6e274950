/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "runtime/chain.h"

#include <djescc/channel/channel.h>

namespace djescc {

ModelNets create_nets(const Cipher& cipher, const Codec& codec, at::Generator secrets)
{
    ModelNets nets{ cipher.make_encryptor(),
                    codec.make_encoder(),
                    codec.make_decoder(),
                    cipher.make_decryptor() };
    cipher.draw_secrets(*nets.encryptor, *nets.decryptor, secrets);
    return nets;
}

namespace {

torch::Tensor rounded_to_8_bits(const torch::Tensor& images)
{
    const auto levels = images.detach() * 255;
    return images + (levels.clamp(0, 255).round() - levels) / 255;
}

//! Zeros in place of floor(part k) symbols of each image, wherever they fall.
torch::Tensor without_erased(const torch::Tensor& symbols,
                             const torch::Tensor& part,
                             const at::Generator& generator)
{
    const int64_t count = symbols.size(1);
    const auto order =
        torch::rand(symbols.sizes(), generator, torch::TensorOptions(symbols.device()))
            .argsort(int64_t{ 1 });
    const auto rank = order.argsort(int64_t{ 1 });
    const auto lost = (part.clamp(0, 1) * static_cast<double>(count)).floor();
    return symbols * (rank >= lost.unsqueeze(1)).to(torch::kFloat32);
}

} // namespace

ChainOutput run_chain(const ModelNets& nets,
                      const torch::Tensor& plain,
                      const ChainConditions& conditions,
                      const at::Generator& generator)
{
    ChainOutput output;
    const auto between = [&](const torch::Tensor& images) {
        return conditions.round_to_8_bits ? rounded_to_8_bits(images) : images;
    };
    output.protected_images = between(nets.encryptor->forward(plain));
    const auto& images = output.protected_images;
    output.symbols.values = nets.encoder->forward(images, conditions.snr_db);
    auto received = reals_to_symbols(
        awgn(symbols_to_reals(output.symbols.values), conditions.snr_db, generator));
    if (conditions.erased.defined())
        received = without_erased(received, conditions.erased, generator);
    const ImageShape shape{ images.size(1), images.size(2), images.size(3) };
    output.decoded = between(nets.decoder->forward(received, shape, conditions.snr_db));
    output.decrypted = nets.decryptor->forward(output.decoded);
    return output;
}

std::vector<std::pair<Role, std::shared_ptr<torch::nn::Module>>>
modules(const ModelNets& nets)
{
    return { { Role::encrypt, nets.encryptor },
             { Role::encode, nets.encoder },
             { Role::decode, nets.decoder },
             { Role::decrypt, nets.decryptor } };
}

void set_training(const ModelNets& nets, bool training)
{
    for (const auto& [role, net] : modules(nets))
        net->train(training);
}

void move_to(const ModelNets& nets, torch::Device device)
{
    for (const auto& [role, net] : modules(nets))
        net->to(device);
}

std::vector<torch::Tensor> parameters(const ModelNets& nets)
{
    std::vector<torch::Tensor> all;
    for (const auto& [role, net] : modules(nets))
        for (const auto& parameter : net->parameters())
            if (parameter.requires_grad())
                all.push_back(parameter);
    return all;
}

} // namespace djescc
