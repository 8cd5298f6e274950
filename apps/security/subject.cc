/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "security/subject.h"

#include <ATen/CPUGeneratorImpl.h>
#include <djescc/channel/channel.h>
#include <djescc/error.h>
#include <djescc/image/padding.h>
#include <djescc/model/model.h>
#include <djescc/model/rekey.h>
#include <djescc/net/device.h>
#include <numeric>
#include <torch/nn/functional.h>
#include <torch/utils.h>

namespace {

constexpr int64_t most_tiles = 1024;

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

int64_t usual_channels(const djescc::Cipher& cipher)
{
    return cipher.config().value("type", "") == "ednn" ? 1 : 3;
}

} // namespace

SecuritySubject::SecuritySubject(const SecurityOptions& options)
    : d_snr_db(options.snr_db)
    , d_seed(options.seed)
    , d_device(djescc::select_device(options.device))
{
    int64_t multiple = 1;
    djescc::RuntimeOptions runtime;
    runtime.device = options.device;
    djescc::prepare_thread(runtime);
    if (!options.model.empty()) {
        const djescc::Model model(options.model);
        d_cipher = djescc::Cipher::create(model.manifest().cipher);
        d_encryptor = model.load_encryptor(runtime);
        d_decryptor = model.load_decryptor(runtime);
        if (d_snr_db) {
            d_encoder = model.load_encoder(runtime);
            d_decoder = model.load_decoder(runtime);
            multiple = model.multiple();
        }
    } else {
        d_cipher = djescc::Cipher::create(options.cipher);
        d_encryptor = d_cipher->make_encryptor();
        d_decryptor = d_cipher->make_decryptor();
        d_cipher->draw_secrets(
            *d_encryptor, *d_decryptor, djescc::make_random_generator());
        for (auto* net : { d_encryptor.get(), d_decryptor.get() }) {
            net->to(d_device);
            net->eval();
        }
    }
    if (!options.key.is_null())
        d_cipher->set_key(*d_encryptor, *d_decryptor, options.key);
    d_size = djescc::round_up(options.size, std::lcm(multiple, d_cipher->multiple()));
    d_channels = options.channels > 0 ? options.channels : usual_channels(*d_cipher);
}

torch::Tensor SecuritySubject::run(djescc::ImageTransform& net,
                                   const torch::Tensor& images) const
{
    const torch::NoGradGuard no_grad;
    return net.forward(images.to(d_device)).to(torch::kCPU).contiguous();
}

torch::Tensor SecuritySubject::encrypt(const torch::Tensor& images)
{
    return run(*d_encryptor, images);
}

torch::Tensor SecuritySubject::decrypt(const torch::Tensor& protected_images)
{
    return run(*d_decryptor, protected_images);
}

torch::Tensor SecuritySubject::decoded(const torch::Tensor& protected_images)
{
    if (!d_decoder)
        return {};
    const torch::NoGradGuard no_grad;
    const auto images = protected_images.to(d_device);
    const auto snr_db = torch::full({ images.size(0) }, *d_snr_db, d_device);
    const auto reals =
        djescc::symbols_to_reals(d_encoder->forward(images, snr_db)).to(torch::kCPU);
    const auto noisy = djescc::awgn(
        reals, snr_db.to(torch::kCPU), at::detail::createCPUGenerator(d_seed));
    const auto symbols = djescc::reals_to_symbols(noisy).to(d_device);
    const djescc::ImageShape shape{ images.size(1), images.size(2), images.size(3) };
    return d_decoder->forward(symbols, shape, snr_db).to(torch::kCPU).contiguous();
}

torch::Tensor SecuritySubject::encrypt_with_changed_key(const torch::Tensor& images,
                                                        std::size_t change)
{
    const auto net = d_cipher->make_encryptor();
    net->to(d_device);
    copy_state(*d_encryptor, *net);
    d_cipher->change_key(*net, change);
    return run(*net, images);
}

torch::Tensor
SecuritySubject::decrypt_with_changed_key(const torch::Tensor& protected_images,
                                          std::size_t change)
{
    const auto net = d_cipher->make_decryptor();
    net->to(d_device);
    copy_state(*d_decryptor, *net);
    d_cipher->change_key(*net, change);
    return run(*net, protected_images);
}

torch::Tensor SecuritySubject::prepared(const std::string& file) const
{
    namespace F = torch::nn::functional;
    const auto image = djescc::read_image(file, static_cast<int>(d_channels));
    const int64_t side = std::min(image.size(1), image.size(2));
    const auto square = image.narrow(1, (image.size(1) - side) / 2, side)
                            .narrow(2, (image.size(2) - side) / 2, side)
                            .unsqueeze(0);
    const auto scaled = F::adaptive_avg_pool2d(
        square, F::AdaptiveAvgPool2dFuncOptions({ d_size, d_size }));
    // as a picture file of this size would hold it
    return scaled.mul(255).round().div(255);
}

torch::Tensor SecuritySubject::tiles(const std::string& input) const
{
    std::vector<torch::Tensor> all;
    for (const auto& file : djescc::list_images(input)) {
        const auto image = djescc::read_image(file, static_cast<int>(d_channels));
        for (int64_t row = 0; row + d_size <= image.size(1); row += d_size)
            for (int64_t column = 0; column + d_size <= image.size(2); column += d_size)
                if (static_cast<int64_t>(all.size()) < most_tiles)
                    all.push_back(image.narrow(1, row, d_size).narrow(2, column, d_size));
    }
    if (all.empty())
        throw djescc::ImageError("no picture of " + input + " has " +
                                 std::to_string(d_size) + " pixels in both directions");
    return torch::stack(all);
}
