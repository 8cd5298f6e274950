/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The plug point for ciphers: images to protected images and back. */
#pragma once

#include <ATen/core/Generator.h>
#include <djescc/export.h>
#include <djescc/net/role_net.h>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace DJESCC_EXPORT djescc {

/*! Plug point: images to protected images and back.
 *
 *  A cipher is made from the "cipher" object of a model's manifest and knows how to build
 *  its two nets with fresh (randomly initialised, by torch's generator) weights. A new
 *  one is a source file that registers its type, as for a Codec. */
class Cipher
{
public:
    using Factory = std::function<std::unique_ptr<Cipher>(const nlohmann::json&)>;

    virtual ~Cipher() = default;

    //! The complete configuration, "type" and every architecture parameter included.
    virtual nlohmann::json config() const = 0;

    //! Heights and widths of plain images must be multiples of this many pixels.
    virtual int64_t multiple() const = 0;

    //! Side in pixels of the blocks that it works on; 1 for single pixels, and for nets
    //! without blocks.
    virtual int64_t block() const { return 1; }

    //! Channels of the pictures that it is usually measured with: 1 or 3.
    virtual int64_t usual_channels() const { return 3; }

    //! Shape of the protected image of a plain image of shape \p plain.
    virtual ImageShape protected_shape(const ImageShape& plain) const { return plain; }

    //! Bytes that travel beside each protected image, 0 to max_side_bytes.
    virtual int64_t side_bytes() const { return 0; }

    //! False where the nets have no weights at all (cipher `none`): no weights file then.
    virtual bool has_weights() const { return true; }

    /*! Values that the recipient needs beside a protected image and no link carries, of a
     *  plain image of shape \p plain: the extras of offline references. */
    virtual int64_t values_beside(const ImageShape& plain) const
    {
        (void)plain;
        return 0;
    }

    virtual std::shared_ptr<Encryptor> make_encryptor() const = 0;
    virtual std::shared_ptr<Decryptor> make_decryptor() const = 0;

    //! Let the nets of a training run hold one copy of what both need, as Codec::share().
    virtual void share(Encryptor& encryptor, Decryptor& decryptor) const
    {
        (void)encryptor;
        (void)decryptor;
    }

    /*! Draw fresh secrets that encryptor and decryptor share (masks, keys), for ciphers
     *  that have any beside their weights. Nets that are trained with ever new secrets
     *  work with whichever they are given in the end.
     *  \param generator  CPU generator; the same state gives the same secrets */
    virtual void draw_secrets(Encryptor& encryptor,
                              Decryptor& decryptor,
                              at::Generator generator) const;
    virtual bool has_secrets() const { return false; }

    //! Whether its nets protect every image under Conditions::keys of its own.
    virtual bool takes_picture_keys() const { return false; }

    /*! Give both nets a chosen key, for ciphers whose whole secret is a short one.
     *  \param key  an object; docs/ has its form for each cipher
     *  \throws ConfigError for a key of another form, or a cipher without such keys */
    virtual void
    set_key(Encryptor& encryptor, Decryptor& decryptor, const nlohmann::json& key) const;

    //! The smallest changes of a key, in words, for tests of key sensitivity; none where
    //! the cipher has no key.
    virtual std::vector<std::string> key_changes() const { return {}; }
    //! Change the key of a net of this cipher by element \p change of key_changes().
    virtual void change_key(RoleNet& net, std::size_t change) const;

    //! Short name of the paper whose security figures `djescc security --paper` prints
    //! beside measured ones; empty for none.
    virtual std::string paper() const { return {}; }

    //! log2 of the number of keys; 0 where the cipher has none.
    virtual double key_bits() const { return 0; }

    /*! What somebody without the key makes of a protected image, who knows the algorithm
     *  and some pairs of plain and protected images under the same key.
     *  \param known_plain, known_protected  N x C x H x W each, from one key
     *  \param protected_image  1 x C x H x W
     *  \return the plain image as he sees it; nothing for ciphers without a known attack
     *  \throws ConfigError where the known images do not fit the attack */
    virtual std::optional<torch::Tensor>
    known_plaintext_attack(const torch::Tensor& known_plain,
                           const torch::Tensor& known_protected,
                           const torch::Tensor& protected_image) const;

    //! The name under which it is registered; empty for one that create() did not make.
    const std::string& type() const { return d_type; }

    /*! Make a cipher from its configuration.
     *  \throws ConfigError as Codec::create() */
    static std::unique_ptr<Cipher> create(const nlohmann::json& config);

    //! Register a type, as Codec::add().
    static bool add(const std::string& type, Factory factory);

    //! The registered types, sorted.
    static std::vector<std::string> types();

private:
    std::string d_type;
};

} // namespace djescc
