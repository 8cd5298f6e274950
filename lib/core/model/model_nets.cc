/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the four nets of a model, and does to all of them what is done to each.

#include <djescc/model/model_nets.h>
#include <set>

namespace djescc {

ModelNets create_nets(const Cipher& cipher, const Codec& codec, at::Generator secrets)
{
    ModelNets nets{ cipher.make_encryptor(),
                    codec.make_encoder(),
                    codec.make_decoder(),
                    cipher.make_decryptor() };
    codec.share(*nets.encoder, *nets.decoder);
    cipher.share(*nets.encryptor, *nets.decryptor);
    cipher.draw_secrets(*nets.encryptor, *nets.decryptor, secrets);
    return nets;
}

std::vector<std::pair<Role, std::shared_ptr<RoleNet>>> modules(const ModelNets& nets)
{
    return { { Role::encrypt, nets.encryptor },
             { Role::encode, nets.encoder },
             { Role::decode, nets.decoder },
             { Role::decrypt, nets.decryptor } };
}

std::vector<torch::Tensor> parameters(const ModelNets& nets)
{
    std::vector<torch::Tensor> all;
    std::set<const void*> seen; // two nets may share some
    for (const auto& [role, net] : modules(nets))
        for (const auto& parameter : net->parameters())
            if (parameter.requires_grad() &&
                seen.insert(parameter.unsafeGetTensorImpl()).second)
                all.push_back(parameter);
    return all;
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

} // namespace djescc
