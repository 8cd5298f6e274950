/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The recipient's block, which decrypts images. */
#pragma once

#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <gnuradio/djescc/frame_statistics.h>
#include <memory>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief Protected images back to plain images (the recipient's step).
 *
 * Input and output: frames of float32 in [0, 1], H x W x C. The result has the shape that
 * image_encryptor wrote down as `plain_width`, `plain_height` and `plain_channels`; where
 * those are absent, it keeps the shape that came in.
 *
 * With a wrong key every frame goes through like any other, in the same time and with the
 * same counters, and shows nothing: the block cannot tell, and so tells nobody.
 *
 * \ingroup djescc
 */
class DJESCC_API image_decryptor : virtual public gr::block, public frame_statistics
{
public:
    using sptr = std::shared_ptr<image_decryptor>;

    /*!
     * \param model  directory of a model with at least the role `decrypt`
     * \param device  "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
     * \param threads  the net's threads on the CPU; 0 means 1
     * \param max_batch  most frames in one inference, 1 to 1024
     * \param keyring  directory of a keyring (djescc keyring create) instead of \p model,
     *                 which is empty then: the key chooses a member for every frame
     * \param key_file  key of djescc keygen, mode 0600, as image_encryptor has it; empty
     *                  for none
     * \throws djescc::ModelError for a model, keyring or weights file that is missing or
     *         damaged
     * \throws djescc::DeviceError for an unknown or absent device
     * \throws djescc::ConfigError as image_encryptor::make
     */
    static sptr make(const std::string& model,
                     const std::string& device = "auto",
                     int threads = 0,
                     int max_batch = 8,
                     const std::string& keyring = "",
                     const std::string& key_file = "");

    //! Seconds spent in the net so far, transfers included.
    virtual double inference_seconds() const = 0;
};

} // namespace djescc
} // namespace gr
