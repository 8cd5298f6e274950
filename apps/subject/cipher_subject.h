/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What `djescc attack` and `djescc security` look at: a cipher with its key, or a model
 *  with its masks and its provider. */
#pragma once

#include <ATen/core/Generator.h>
#include <cstdint>
#include <djescc/runtime/chain_runner.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <torch/types.h>
#include <vector>

struct SubjectOptions {
    std::string model;     //!< directory; empty: a fresh cipher of the settings below
    nlohmann::json cipher; //!< as in model.json
    nlohmann::json key;    //!< null: drawn from the operating system's randomness
    bool needs_provider =
        false; //!< else the provider's nets are used where there are any
    bool uses_provider = true;
    std::string device = "auto";
    bool keep_on_device = false; //!< results stay there instead of coming to the CPU
};

class CipherSubject
{
public:
    //! \throws djescc::ConfigError, djescc::ModelError, djescc::DeviceError
    explicit CipherSubject(const SubjectOptions& options);

    const djescc::Cipher& cipher() const { return *d_cipher; }
    //! For people.
    const std::string& name() const { return d_name; }
    torch::Device device() const { return d_device; }
    //! Heights and widths that need no padding are multiples of it.
    int64_t multiple() const { return d_multiple; }
    bool has_provider() const { return d_nets.encoder && d_nets.decoder; }
    //! Null for a cipher alone.
    const std::shared_ptr<const djescc::Codec>& codec() const { return d_codec; }

    //! N x C x H x W float32 to protected images.
    //! \param change  of the key, as Cipher::key_changes() lists them
    djescc::FrameBatch encrypt(const torch::Tensor& images,
                               std::optional<std::size_t> change = {}) const;
    /*! \param images  in place of those of \p protected_images, whose facts hold */
    torch::Tensor decrypt(const torch::Tensor& images,
                          const djescc::FrameBatch& protected_images,
                          std::optional<std::size_t> change = {}) const;
    //! What the provider decodes behind white noise.
    //! \param snr_db  Es/N0 in dB
    djescc::FrameBatch transmit(const djescc::FrameBatch& images,
                                double snr_db,
                                const at::Generator& generator) const;

    //! The symbols that arrive of protected images, behind white noise: N x k complex64.
    torch::Tensor overhear(const djescc::FrameBatch& images,
                           double snr_db,
                           const at::Generator& generator) const;

private:
    djescc::ChainRunner chain() const;
    djescc::RoleRunner runner(djescc::Role role,
                              std::shared_ptr<djescc::RoleNet> net) const;

    std::string d_name;
    std::shared_ptr<const djescc::Cipher> d_cipher;
    std::shared_ptr<const djescc::Codec> d_codec; //!< null for a cipher alone
    djescc::ModelNets d_nets;
    std::array<double, 2> d_snr_db{ 0, 20 };
    torch::Device d_device;
    bool d_keep_on_device;
    int64_t d_multiple;
};
