/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the block image_encryptor.

#include "blocks/image_encryptor_impl.h"

#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

image_encryptor::sptr image_encryptor::make(const std::string& model,
                                            const std::string& device,
                                            int threads,
                                            int max_batch,
                                            const std::string& keyring,
                                            const std::string& key_file)
{
    return gnuradio::make_block_sptr<image_encryptor_impl>(
        ::djescc::ModelSource{ model, keyring, key_file },
        runtime_options(device, threads),
        max_batch);
}

image_encryptor_impl::image_encryptor_impl(const ::djescc::ModelSource& source,
                                           const ::djescc::RuntimeOptions& options,
                                           int max_batch)
    : gr::block("image_encryptor",
                gr::io_signature::make(1, 1, sizeof(float)),
                gr::io_signature::make(1, 1, sizeof(float)))
    , model_block(
          frame_content::image, ::djescc::Role::encrypt, source, options, max_batch)
{
}

} // namespace djescc
} // namespace gr
