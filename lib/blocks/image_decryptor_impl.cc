/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the block image_decryptor.

#include "blocks/image_decryptor_impl.h"

#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

image_decryptor::sptr image_decryptor::make(const std::string& model,
                                            const std::string& device,
                                            int threads,
                                            int max_batch,
                                            const std::string& keyring,
                                            const std::string& key_file)
{
    return gnuradio::make_block_sptr<image_decryptor_impl>(
        ::djescc::ModelSource{ model, keyring, key_file },
        runtime_options(device, threads),
        max_batch);
}

image_decryptor_impl::image_decryptor_impl(const ::djescc::ModelSource& source,
                                           const ::djescc::RuntimeOptions& options,
                                           int max_batch)
    : gr::block("image_decryptor",
                gr::io_signature::make(1, 1, sizeof(float)),
                gr::io_signature::make(1, 1, sizeof(float)))
    , model_block(
          frame_content::image, ::djescc::Role::decrypt, source, options, max_batch)
{
}

const char* image_decryptor_impl::refuse(const frame<float>& candidate)
{
    // One frame without what its cipher needs must not cost the batch it stands in.
    return static_cast<int64_t>(candidate.info.side.size()) !=
                   runner().cipher().side_bytes()
               ? drop_reason::side_bytes
               : nullptr;
}

} // namespace djescc
} // namespace gr
