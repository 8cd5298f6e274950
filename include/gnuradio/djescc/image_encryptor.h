/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The owner's block, which encrypts images. */
#pragma once

#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <gnuradio/djescc/frame_statistics.h>
#include <memory>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief Plain images to visually protected images (the owner's step).
 *
 * Input and output: frames of float32 in [0, 1], H x W x C, tagged as image_source does.
 * The frame dictionary gets `plain_width`, `plain_height` and `plain_channels` (the shape
 * that came in, which image_decryptor crops to), and `width`, `height`, `channels` and
 * `packet_len` become the protected image's, which may be padded or of another shape.
 * Entries that this block does not know are kept.
 *
 * With a key every frame is protected in its own way, which `id` (its low 32 bits) and
 * the key decide; image_decryptor needs the same key, and frames with the same `id`s.
 * Nothing of the choice is written anywhere.
 *
 * Frames of one shape that are already waiting go through the net together. A frame that
 * cannot be used is dropped whole and counted (see frame_statistics).
 *
 * \ingroup djescc
 */
class DJESCC_API image_encryptor : virtual public gr::block, public frame_statistics
{
public:
    using sptr = std::shared_ptr<image_encryptor>;

    /*!
     * \param model  directory of a model with at least the role `encrypt`
     * \param device  "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
     * \param threads  the net's threads on the CPU; 0 means 1, the best choice where
     *                 every block has a thread of its own. More pay only where one block
     *                 is much slower than the others.
     * \param max_batch  most frames in one inference, 1 to 1024; fewer go where the
     *                   frames are large, so that memory stays bounded
     * \param keyring  directory of a keyring (djescc keyring create) instead of \p model,
     *                 which is empty then: the key chooses a member for every frame
     * \param key_file  key of djescc keygen, mode 0600, that owner and recipient share;
     *                  empty for none. With a \p model it changes the cipher's mask from
     *                  frame to frame.
     * \throws djescc::ModelError for a model, keyring or weights file that is missing or
     *         damaged
     * \throws djescc::DeviceError for an unknown or absent device
     * \throws djescc::ConfigError for \p threads or \p max_batch out of range, a key file
     *         that cannot be used, both or neither of \p model and \p keyring, a keyring
     *         without a key, or a key for a model whose cipher has no mask that it could
     *         change
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
