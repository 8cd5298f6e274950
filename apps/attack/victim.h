/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <ATen/core/Generator.h>
#include <cstdint>
#include <djescc/image/image_shape.h>
#include <djescc/net/role_net.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/types.h>

//! Whose pictures are attacked, and where the attacker looks.
struct VictimOptions {
    std::string model;     //!< directory; empty: a fresh cipher of the settings below
    nlohmann::json cipher; //!< as in model.json
    nlohmann::json key;    //!< null: drawn from the operating system's randomness
    bool decoded = false;  //!< he sees what the provider decodes, not what it is given
    double snr_db = 10;    //!< Es/N0 of what the provider receives
    std::string device = "auto";
};

//! A cipher with its key or a model with its masks, seen by the provider.
class Victim
{
public:
    //! \throws djescc::ConfigError, djescc::ModelError, djescc::DeviceError
    explicit Victim(const VictimOptions& options);

    //! What the provider sees of plain images, N x C x H x W on the device.
    torch::Tensor observe(const torch::Tensor& plain,
                          const at::Generator& generator) const;
    /*! What the recipient gets where observe() gave \p observed: of a model with its
     *  provider's nets behind the channel, of others at once. */
    torch::Tensor receive(const torch::Tensor& observed,
                          const at::Generator& generator) const;

    const std::string& name() const { return d_name; }
    torch::Device device() const { return d_device; }
    //! Heights and widths are multiples of it.
    int64_t multiple() const { return d_multiple; }
    //! Side of the blocks that the cipher works on.
    int64_t block() const { return d_block; }

private:
    //! Through encoder, noise and decoder.
    torch::Tensor send(const torch::Tensor& images, const at::Generator& generator) const;

    std::string d_name;
    std::shared_ptr<djescc::ImageTransform> d_encryptor, d_decryptor;
    std::shared_ptr<djescc::SymbolEncoder> d_encoder;
    std::shared_ptr<djescc::SymbolDecoder> d_decoder;
    bool d_decoded;
    double d_snr_db;
    torch::Device d_device;
    int64_t d_multiple = 1, d_block = 1;
};
