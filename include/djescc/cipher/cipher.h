/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <ATen/core/Generator.h>
#include <djescc/net/role_net.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace djescc {

/*! Plug point: images to protected images and back.
 *
 *  A cipher is made from the "cipher" object of a model's manifest and knows how to build
 *  its two nets with fresh (randomly initialised, by torch's generator) weights. A new
 *  cipher is one header, one source file and one line in lib/core/cipher/registry.cc.
 */
class Cipher
{
public:
    virtual ~Cipher() = default;

    //! The complete configuration, "type" and every architecture parameter included.
    virtual nlohmann::json config() const = 0;

    //! Heights and widths of plain images must be multiples of this many pixels.
    virtual int64_t multiple() const = 0;

    //! Shape of the protected image of a plain image of shape \p plain.
    virtual ImageShape protected_shape(const ImageShape& plain) const { return plain; }

    //! False where the nets have no weights at all (cipher `none`): no weights file then.
    virtual bool has_weights() const { return true; }

    virtual std::shared_ptr<ImageTransform> make_encryptor() const = 0;
    virtual std::shared_ptr<ImageTransform> make_decryptor() const = 0;

    /*! Draw fresh secrets that encryptor and decryptor share (masks, keys), for ciphers
     *  that have any beside their weights. Nets that are trained with ever new secrets
     *  work with whichever they are given in the end.
     *  \param generator  CPU generator; the same state gives the same secrets */
    virtual void draw_secrets(ImageTransform& encryptor,
                              ImageTransform& decryptor,
                              at::Generator generator) const
    {
        (void)encryptor, (void)decryptor, (void)generator;
    }
    virtual bool has_secrets() const { return false; }

    /*! Give both nets a chosen key, for ciphers whose whole secret is a short one.
     *  \param key  an object; docs/ has its form for each cipher
     *  \throws ConfigError for a key of another form, or a cipher without such keys */
    virtual void set_key(ImageTransform& encryptor,
                         ImageTransform& decryptor,
                         const nlohmann::json& key) const;

    //! The smallest changes of a key, in words, for tests of key sensitivity; none where
    //! the cipher has no key.
    virtual std::vector<std::string> key_changes() const { return {}; }
    //! Change the key of a net of this cipher by element \p change of key_changes().
    virtual void change_key(ImageTransform& net, std::size_t change) const;

    //! log2 of the number of keys; 0 where the cipher has none.
    virtual double key_bits() const { return 0; }

    /*! Make a cipher from its configuration.
     *  \throws ConfigError for an unknown "type" (the message lists the known ones), an
     *          unknown key or a value out of range. */
    static std::unique_ptr<Cipher> create(const nlohmann::json& config);

    //! The registered types, sorted.
    static std::vector<std::string> types();
};

} // namespace djescc
