/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Measures the link of each latent, and writes the model with a secret rotation.

#include "cipher/keyed_unet_nets.h"
#include "cipher/unet_nets.h"
#include "model/weights_files.h"
#include <algorithm>
#include <cmath>
#include <djescc/channel/channel.h>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/model/harden.h>
#include <filesystem>
#include <torch/utils.h>

namespace djescc {

namespace fs = std::filesystem;

namespace {

constexpr int64_t measured_at_once = 16;
// Of signal over noise, below which a latent carries nothing.
constexpr double least_link_snr = 0.05;

//! The configuration of cipher `keyed-unet` with the nets of one of cipher `unet`.
nlohmann::json keyed_config(const nlohmann::json& unet)
{
    const auto& mask = unet.at("mask");
    nlohmann::json config = { { "type", "keyed-unet" } };
    for (const char* name : { "space_to_depth", "encrypt", "decrypt" })
        config[name] = unet.at(name);
    for (const char* name : { "latents", "noise", "mix", "unmix" })
        if (mask.contains(name))
            config[name] = mask.at(name);
    return config;
}

//! Every tensor that both have under one name.
void copy_common(const torch::nn::Module& from, torch::nn::Module& to)
{
    const torch::NoGradGuard no_grad;
    const auto parameters = from.named_parameters();
    for (auto& item : to.named_parameters())
        if (const auto* found = parameters.find(item.key()))
            item.value().copy_(*found);
    const auto buffers = from.named_buffers();
    for (auto& item : to.named_buffers())
        if (const auto* found = buffers.find(item.key()))
            item.value().copy_(*found);
}

struct KeyedNets {
    std::shared_ptr<keyed_unet::KeyedEncryptor> encryptor;
    std::shared_ptr<keyed_unet::KeyedDecryptor> decryptor;

    KeyedNets(const Cipher& cipher, const ModelNets& old)
        : encryptor(std::dynamic_pointer_cast<keyed_unet::KeyedEncryptor>(
              cipher.make_encryptor()))
        , decryptor(std::dynamic_pointer_cast<keyed_unet::KeyedDecryptor>(
              cipher.make_decryptor()))
    {
        copy_common(*old.encryptor, *encryptor);
        copy_common(*old.decryptor, *decryptor);
        encryptor->eval();
        decryptor->eval();
    }
};

torch::Tensor signs_like(const torch::Tensor& values)
{
    return torch::randint(0, 2, values.sizes(), torch::kFloat32) * 2 - 1;
}

//! Sums over pictures and places, for each latent.
struct LinkSums {
    torch::Tensor sent_sent, sent_read, read_read;
    double count = 0;

    void add(const torch::Tensor& sent, const torch::Tensor& read)
    {
        const auto sum = [](const torch::Tensor& values) {
            return values.to(torch::kFloat64).sum({ 0, 2, 3 });
        };
        if (!sent_sent.defined())
            sent_sent = sent_read = read_read =
                torch::zeros({ sent.size(1) }, torch::kFloat64);
        sent_sent = sent_sent + sum(sent * sent);
        sent_read = sent_read + sum(sent * read);
        read_read = read_read + sum(read * read);
        count += static_cast<double>(sent.numel() / sent.size(1));
    }

    std::vector<LatentLink> links() const
    {
        std::vector<LatentLink> found;
        for (int64_t i = 0; i < sent_sent.numel(); ++i) {
            const double power = sent_sent[i].item<double>(),
                         both = sent_read[i].item<double>(),
                         all = read_read[i].item<double>();
            LatentLink link;
            link.deviation = std::sqrt(power / count);
            link.gain = both / std::max(power, 1e-30);
            link.noise = std::sqrt(std::max(all - link.gain * both, 1e-30) / count);
            link.dead = link.gain <= 0 || link.snr() < least_link_snr;
            found.push_back(link);
        }
        return found;
    }
};

std::vector<LatentLink> measure_links(const KeyedNets& nets,
                                      const ModelNets& old,
                                      const Dataset& pictures,
                                      const HardenOptions& options)
{
    LinkSums sums;
    const int64_t count = std::min(pictures.size(), options.pictures);
    for (int64_t first = 0; first < count; first += measured_at_once) {
        std::vector<CropChoice> choices;
        for (int64_t i = first; i < std::min(count, first + measured_at_once); ++i)
            choices.push_back({ i, 0.5, 0.5, false });
        const auto plain =
            pictures.crops(choices, options.crop).to(torch::kFloat32).div(255);
        auto sent = nets.encryptor->latents_of(plain);
        sent = sent * signs_like(sent);
        auto noise_sizes = sent.sizes().vec();
        const auto* owner = dynamic_cast<const MaskedEncryptor*>(old.encryptor.get());
        noise_sizes[1] = owner->noise.size(1);
        const auto images =
            nets.encryptor->pixels_of(sent, signs_like(torch::empty(noise_sizes)));
        Conditions known;
        known.snr_db = torch::full({ plain.size(0) }, options.snr_db, torch::kFloat32);
        auto symbols = old.encoder->forward(images, known);
        symbols.values =
            reals_to_symbols(awgn(symbols_to_reals(symbols.values), known.snr_db));
        const ImageShape shape{ images.size(1), images.size(2), images.size(3) };
        const auto decoded = old.decoder->forward(symbols, shape, known).images;
        sums.add(sent, nets.decryptor->read(decoded));
    }
    return sums.links();
}

//! Rotate in the metric in which the link's noise is equal in all directions.
void set_factors(const KeyedNets& nets, const std::vector<LatentLink>& links)
{
    double power = 0, spread = 0;
    for (const auto& link : links)
        if (!link.dead) {
            power += link.deviation * link.deviation;
            spread += std::pow(link.noise / link.gain, 2);
        }
    const double scale = std::sqrt(power / spread);
    std::vector<float> metric, spreads, take, give;
    for (const auto& link : links)
        if (!link.dead) {
            metric.push_back(static_cast<float>(link.gain / link.noise));
            spreads.push_back(static_cast<float>(scale * link.noise / link.gain));
            take.push_back(static_cast<float>(1 / (scale * link.noise)));
            give.push_back(static_cast<float>(link.noise));
        }
    const torch::NoGradGuard no_grad;
    nets.encryptor->metric.copy_(torch::tensor(metric));
    nets.encryptor->spread.copy_(torch::tensor(spreads));
    nets.decryptor->take.copy_(torch::tensor(take));
    nets.decryptor->give.copy_(torch::tensor(give));
}

ModelNets load_all(const Model& model)
{
    RuntimeOptions cpu;
    cpu.device = "cpu";
    return { model.load_encryptor(cpu),
             model.load_encoder(cpu),
             model.load_decoder(cpu),
             model.load_decryptor(cpu) };
}

} // namespace

double LatentLink::snr() const { return std::pow(gain * deviation / noise, 2); }

std::vector<LatentLink> harden_model(const Model& model,
                                     const std::string& destination,
                                     const Dataset& pictures,
                                     const HardenOptions& options,
                                     at::Generator secrets)
{
    auto manifest = model.manifest();
    const auto old_config = model.cipher().config();
    if (model.cipher().type() != "unet" || old_config.at("mask").is_null())
        throw ConfigError("model " + manifest.name + " has cipher " +
                          model.cipher().type() +
                          ": a model of cipher unet with a mask can be hardened");
    if (fs::exists(fs::path(destination) / manifest_name))
        throw ModelError(destination +
                         " already holds a model: choose another destination");
    if (pictures.size() < 1)
        throw ConfigError("to measure the link takes pictures");
    if (options.crop % model.multiple() != 0)
        throw ConfigError("crops must be multiples of " +
                          std::to_string(model.multiple()) + " pixels");
    const torch::InferenceMode inference;
    auto nets = load_all(model);
    auto config = keyed_config(old_config);
    const auto links =
        measure_links({ *Cipher::create(config), nets }, nets, pictures, options);
    for (std::size_t i = 0; i < links.size(); ++i)
        if (links[i].dead)
            config["dead"].push_back(i);
    const auto cipher = Cipher::create(config);
    const KeyedNets keyed(*cipher, nets);
    set_factors(keyed, links);
    nets.encryptor = keyed.encryptor;
    nets.decryptor = keyed.decryptor;
    cipher->draw_secrets(*nets.encryptor, *nets.decryptor, std::move(secrets));
    manifest.name = options.name.empty() ? manifest.name + "-keyed" : options.name;
    manifest.cipher = cipher->config();
    manifest.quality = nullptr;
    manifest.training = { { "note", "hardened, not trained since" },
                          { "hardened", model.manifest().name },
                          { "before", model.manifest().training } };
    save_model(destination, manifest, nets);
    return links;
}

} // namespace djescc
