/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The nets of cipher `ednn`, their key, and what a decoder of its blocks is. */
#pragma once

#include "cipher/scrambled_dct.h"
#include <array>
#include <djescc/net/role_net.h>
#include <memory>
#include <optional>

namespace djescc {

//! Initial values and parameters of the two layers' logistic maps.
struct EdnnKey {
    std::array<double, 2> r{}, mu{};
    friend bool operator==(const EdnnKey& a, const EdnnKey& b)
    {
        return a.r == b.r && a.mu == b.mu;
    }
};

//! \throws ConfigError that begins with \p where unless 0 < r < 1 and 3.57 <= mu <= 4
void check_ednn_key(const EdnnKey& key, const std::string& where);

//! Shape of the network; see make_ednn_cipher() for what each is.
struct EdnnLayers {
    DctWeights weights = DctWeights::iso;
    std::array<int64_t, 3> sides{ 64, 95, 100 };
    bool relu = true;
    double offset = 0;
};

//! Both layers under a key, on a device.
struct EdnnMatrices {
    EdnnMatrices(const EdnnLayers& layers, const EdnnKey& key, torch::Device device);
    ScrambledDct hidden, output;
};

//! Reconstructs blocks from their cipher blocks.
class EdnnDecoder
{
public:
    virtual ~EdnnDecoder() = default;
    /*! \param matrices  of the key
     *  \param cipher    N x c x c float32, y in [-1, 1] as received
     *  \param known     N x c x c float32, 1 where y is known and 0 where it is lost;
     *                   undefined where all are known
     *  \return N x a x a, pixels in [0, 1] */
    virtual torch::Tensor decode(const EdnnMatrices& matrices,
                                 const torch::Tensor& cipher,
                                 const torch::Tensor& known) const = 0;
};

//! What encryption and decryption net share: the key, and matrices made from it.
class EdnnKeyHolder
{
public:
    explicit EdnnKeyHolder(const EdnnLayers& layers);
    virtual ~EdnnKeyHolder() = default;

    //! \throws ConfigError as check_ednn_key()
    void set_key(const EdnnKey& key);
    EdnnKey key() const;

protected:
    //! \throws ModelError that begins with \p origin where the key is out of range
    void check_stored_key(const std::string& origin) const;
    //! Of the present key, on the device where the key is.
    const EdnnMatrices& matrices();

    EdnnLayers d_layers;
    torch::Tensor d_r, d_mu; //!< float64, 2 each; buffers of the net

private:
    std::unique_ptr<EdnnMatrices> d_matrices;
    std::optional<EdnnKey> d_matrices_key;
    std::optional<torch::Device> d_matrices_device;
};

//! A net with such a key.
//! \tparam Net  Encryptor or Decryptor
template <typename Net>
class EdnnNet : public Net, public EdnnKeyHolder
{
public:
    explicit EdnnNet(const EdnnLayers& layers) : EdnnKeyHolder(layers)
    {
        this->register_buffer("r", d_r);
        this->register_buffer("mu", d_mu);
    }

protected:
    void check_weights(const std::string& origin) const override
    {
        check_stored_key(origin);
    }
};

class EdnnEncryptor : public EdnnNet<Encryptor>
{
public:
    using EdnnNet::EdnnNet;
    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override;
};

class EdnnDecryptor : public EdnnNet<Decryptor>
{
public:
    EdnnDecryptor(const EdnnLayers& layers, std::shared_ptr<const EdnnDecoder> decoder);
    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override;

private:
    std::shared_ptr<const EdnnDecoder> d_decoder;
};

} // namespace djescc
