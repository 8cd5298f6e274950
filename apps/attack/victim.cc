/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "attack/victim.h"

#include <algorithm>
#include <djescc/channel/channel.h>
#include <djescc/error.h>
#include <djescc/model/model.h>
#include <djescc/model/rekey.h>
#include <djescc/net/device.h>
#include <torch/utils.h>

namespace {

// Of ciphers that name no blocks of their own (`le` has blocks of 4x4).
constexpr int64_t usual_block = 4;

} // namespace

Victim::Victim(const VictimOptions& options)
    : d_decoded(options.decoded)
    , d_snr_db(options.snr_db)
    , d_device(djescc::select_device(options.device))
{
    std::unique_ptr<djescc::Cipher> cipher;
    if (!options.model.empty()) {
        djescc::RuntimeOptions runtime;
        runtime.device = options.device;
        const djescc::Model model(options.model);
        cipher = djescc::Cipher::create(model.manifest().cipher);
        d_name =
            model.manifest().name + " (" + djescc::to_string(model.fingerprint()) + ")";
        d_encryptor = model.load_encryptor(runtime);
        d_decryptor = model.load_decryptor(runtime);
        const bool has_provider =
            model.has_role(djescc::Role::encode) && model.has_role(djescc::Role::decode);
        if (d_decoded || has_provider) {
            d_encoder = model.load_encoder(runtime);
            d_decoder = model.load_decoder(runtime);
        }
        d_multiple = model.multiple();
    } else {
        if (d_decoded)
            throw djescc::ConfigError(
                "--stage decoded needs --model: a cipher alone "
                "has no provider");
        cipher = djescc::Cipher::create(options.cipher);
        d_name = "cipher " + options.cipher.value("type", "?");
        d_encryptor = cipher->make_encryptor();
        d_decryptor = cipher->make_decryptor();
        cipher->draw_secrets(*d_encryptor, *d_decryptor, djescc::make_random_generator());
        for (auto* net : { d_encryptor.get(), d_decryptor.get() }) {
            net->to(d_device);
            net->eval();
        }
        d_multiple = cipher->multiple();
    }
    if (!options.key.is_null())
        cipher->set_key(*d_encryptor, *d_decryptor, options.key);
    d_block =
        std::max(cipher->config().value("space_to_depth", usual_block), usual_block);
}

torch::Tensor Victim::observe(const torch::Tensor& plain,
                              const at::Generator& generator) const
{
    const torch::NoGradGuard no_grad;
    const auto images = d_encryptor->forward(plain);
    return d_decoded ? send(images, generator) : images;
}

torch::Tensor Victim::receive(const torch::Tensor& observed,
                              const at::Generator& generator) const
{
    const torch::NoGradGuard no_grad;
    return d_decryptor->forward(!d_decoded && d_decoder ? send(observed, generator)
                                                        : observed);
}

torch::Tensor Victim::send(const torch::Tensor& images,
                           const at::Generator& generator) const
{
    const auto snr_db = torch::full({ images.size(0) }, d_snr_db, d_device);
    const auto reals = djescc::symbols_to_reals(d_encoder->forward(images, snr_db));
    const auto symbols = djescc::reals_to_symbols(djescc::awgn(reals, snr_db, generator));
    return d_decoder->forward(
        symbols, { images.size(1), images.size(2), images.size(3) }, snr_db);
}
