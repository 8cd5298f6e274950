/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a cipher's nets show to those who have them and no key. */
#pragma once

#include <djescc/export.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

//! An encryption net that turns a picture into values, and hides those under a secret.
class ReadableEncryptor
{
public:
    virtual ~ReadableEncryptor() = default;

    /*! The values, before the secret.
     *  \param plain  N x C x H x W
     *  \return N x C' x H' x W', H' and W' parts of H and W */
    virtual torch::Tensor latents_of(const torch::Tensor& plain) = 0;
};

/*! A decryption net that reads values in protected images, undoes a secret on them, and
 *  makes a picture of what comes out. For attacks, who can do all but the second. */
class ReadableDecryptor
{
public:
    virtual ~ReadableDecryptor() = default;

    //! The values under the secret, N x C' x H' x W', of N x C x H x W protected images.
    virtual torch::Tensor read(const torch::Tensor& images) = 0;
    //! The picture of values without it.
    virtual torch::Tensor picture_of(const torch::Tensor& latents) = 0;
};

} // namespace djescc
