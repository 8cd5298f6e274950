/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Opens a model or makes a fresh cipher, and runs its roles.

#include "subject/cipher_subject.h"

#include <djescc/error.h>
#include <djescc/model/model.h>
#include <djescc/model/rekey.h>
#include <numeric>
#include <torch/utils.h>

namespace {

//! Copy parameters and buffers, which is where keys are.
void copy_state(const torch::nn::Module& from, torch::nn::Module& to)
{
    const torch::NoGradGuard no_grad;
    const auto parameters = from.named_parameters();
    for (auto& item : to.named_parameters())
        item.value().copy_(parameters[item.key()]);
    const auto buffers = from.named_buffers();
    for (auto& item : to.named_buffers())
        item.value().copy_(buffers[item.key()]);
}

djescc::SimulatedChannel white_noise(const djescc::FrameBatch& images, double snr_db)
{
    djescc::SimulatedChannel channel;
    channel.snr_db = torch::full({ static_cast<int64_t>(images.facts.size()) }, snr_db);
    return channel;
}

} // namespace

CipherSubject::CipherSubject(const SubjectOptions& options)
    : d_device(djescc::select_device(options.device))
    , d_keep_on_device(options.keep_on_device)
{
    djescc::RuntimeOptions runtime;
    runtime.device = options.device;
    djescc::prepare_thread(runtime);
    if (!options.model.empty()) {
        const djescc::Model model(options.model);
        d_name =
            model.manifest().name + " (" + djescc::to_string(model.fingerprint()) + ")";
        d_cipher = model.shared_cipher();
        d_codec = model.shared_codec();
        d_snr_db = model.manifest().snr_db;
        d_nets.encryptor = model.load_encryptor(runtime);
        d_nets.decryptor = model.load_decryptor(runtime);
        const bool there =
            model.has_role(djescc::Role::encode) && model.has_role(djescc::Role::decode);
        if (options.needs_provider || (options.uses_provider && there)) {
            d_nets.encoder = model.load_encoder(runtime);
            d_nets.decoder = model.load_decoder(runtime);
        }
        d_multiple = options.uses_provider || options.needs_provider
                         ? model.multiple()
                         : d_cipher->multiple();
    } else {
        d_cipher = djescc::Cipher::create(options.cipher);
        d_name = "cipher " + d_cipher->type();
        d_nets.encryptor = d_cipher->make_encryptor();
        d_nets.decryptor = d_cipher->make_decryptor();
        d_cipher->share(*d_nets.encryptor, *d_nets.decryptor);
        d_cipher->draw_secrets(
            *d_nets.encryptor, *d_nets.decryptor, djescc::make_random_generator());
        d_nets.encryptor->to(d_device);
        d_nets.decryptor->to(d_device);
        d_multiple = d_cipher->multiple();
    }
    if (!options.key.is_null())
        d_cipher->set_key(*d_nets.encryptor, *d_nets.decryptor, options.key);
}

djescc::RoleRunner CipherSubject::runner(djescc::Role role,
                                         std::shared_ptr<djescc::RoleNet> net) const
{
    djescc::RunnerOptions options;
    options.keep_on_device = d_keep_on_device;
    const bool of_codec = role == djescc::Role::encode || role == djescc::Role::decode;
    // Without its codec a cipher takes images of any number of channels.
    return { role,           d_cipher, of_codec || d_nets.encoder ? d_codec : nullptr,
             std::move(net), d_device, d_snr_db,
             options };
}

djescc::FrameBatch CipherSubject::encrypt(const torch::Tensor& images,
                                          std::optional<std::size_t> change) const
{
    auto net = d_nets.encryptor;
    if (change) {
        net = d_cipher->make_encryptor();
        net->to(d_device);
        copy_state(*d_nets.encryptor, *net);
        d_cipher->change_key(*net, *change);
    }
    return runner(djescc::Role::encrypt, net).run(djescc::image_batch(images));
}

torch::Tensor CipherSubject::decrypt(const torch::Tensor& images,
                                     const djescc::FrameBatch& protected_images,
                                     std::optional<std::size_t> change) const
{
    auto net = d_nets.decryptor;
    if (change) {
        net = d_cipher->make_decryptor();
        net->to(d_device);
        copy_state(*d_nets.decryptor, *net);
        d_cipher->change_key(*net, *change);
    }
    djescc::FrameBatch batch;
    batch.values = images;
    batch.facts = protected_images.facts;
    batch.extras = protected_images.extras;
    return runner(djescc::Role::decrypt, net).run(std::move(batch)).values;
}

djescc::ChainRunner CipherSubject::chain() const
{
    djescc::RunnerOptions options;
    options.keep_on_device = d_keep_on_device;
    return { d_cipher, d_codec, d_nets, d_device, d_snr_db, options };
}

djescc::FrameBatch CipherSubject::transmit(const djescc::FrameBatch& images,
                                           double snr_db,
                                           const at::Generator& generator) const
{
    return chain().transmit(images, white_noise(images, snr_db), generator);
}

torch::Tensor CipherSubject::overhear(const djescc::FrameBatch& images,
                                      double snr_db,
                                      const at::Generator& generator) const
{
    return chain().arrive(images, white_noise(images, snr_db), generator).values;
}
