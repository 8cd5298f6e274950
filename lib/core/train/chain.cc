/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/chain.h"

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

ChainOutput run_chain(const ModelNets& nets,
                      const torch::Tensor& plain,
                      const torch::Tensor& snr_db,
                      const at::Generator& generator)
{
    ChainOutput output;
    output.protected_images = nets.encryptor->forward(plain);
    const auto& images = output.protected_images;
    const auto symbols = nets.encoder->forward(images, snr_db);
    const auto received =
        reals_to_symbols(awgn(symbols_to_reals(symbols), snr_db, generator));
    const ImageShape shape{ images.size(1), images.size(2), images.size(3) };
    output.decoded = nets.decoder->forward(received, shape, snr_db);
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
            all.push_back(parameter);
    return all;
}

} // namespace djescc
