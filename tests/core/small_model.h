/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A model whose nets run in milliseconds, for tests. */
#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <djescc/model/model.h>
#include <string>
#include <torch/utils.h>

namespace djescc::test {

//! A manifest of nets that run in milliseconds; multiple of 8, bandwidth ratio 1/12.
inline Manifest small_manifest()
{
    Manifest manifest;
    manifest.name = "small";
    manifest.cipher = { { "type", "unet" },
                        { "space_to_depth", 2 },
                        { "encrypt", { { "widths", { 4, 6, 8 } } } },
                        { "decrypt", { { "widths", { 4, 6, 8 } } } } };
    manifest.codec = { { "type", "djscc" }, { "t", 8 } };
    manifest.training = { { "seed", 7 } };
    return manifest;
}

/*! Fresh nets of a manifest, in evaluation mode. Running statistics are made unlike their
 *  initial values, so that a loader that forgets buffers is noticed. */
inline ModelNets random_nets(const Manifest& manifest, uint64_t seed = 1)
{
    torch::manual_seed(seed);
    torch::NoGradGuard no_grad;
    const auto cipher = Cipher::create(manifest.cipher);
    const auto codec = Codec::create(manifest.codec);
    ModelNets nets = create_nets(*cipher, *codec, at::detail::createCPUGenerator(seed));
    const auto prepare = [](torch::nn::Module& net) {
        net.eval();
        for (auto& item : net.named_buffers()) {
            if (item.value().is_floating_point()) {
                item.value().add_(torch::rand_like(item.value()));
            }
        }
    };
    prepare(*nets.encryptor);
    prepare(*nets.encoder);
    prepare(*nets.decoder);
    prepare(*nets.decryptor);
    return nets;
}

//! Saves the small model; returns its nets.
inline ModelNets save_small_model(const std::string& directory, uint64_t seed = 1)
{
    const Manifest manifest = small_manifest();
    ModelNets nets = random_nets(manifest, seed);
    save_model(directory, manifest, nets);
    return nets;
}

inline RuntimeOptions on_cpu()
{
    RuntimeOptions options;
    options.device = "cpu";
    return options;
}

} // namespace djescc::test
