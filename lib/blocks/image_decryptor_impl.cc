/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "blocks/image_decryptor_impl.h"

#include "blocks/frame_numbers.h"
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
        ::djescc::KeyedModels{ model, keyring, key_file },
        runtime_options(device, threads),
        max_batch);
}

image_decryptor_impl::image_decryptor_impl(const ::djescc::KeyedModels& models,
                                           const ::djescc::RuntimeOptions& options,
                                           int max_batch)
    : gr::block("image_decryptor",
                gr::io_signature::make(1, 1, sizeof(float)),
                gr::io_signature::make(1, 1, sizeof(float)))
    , model_block(frame_content::image, options, max_batch)
    , d_stage(models, options)
{
}

bool image_decryptor_impl::same_batch(const frame<float>& first,
                                      const frame<float>& other) const
{
    return model_block::same_batch(first, other) && first.info.plain == other.info.plain;
}

torch::Tensor image_decryptor_impl::infer(torch::Tensor images,
                                          std::vector<frame_info>& infos)
{
    auto plain_images = d_stage.run(
        images, infos.front().plain.value_or(infos.front().shape), counters_of(infos));
    for (auto& info : infos) {
        info.shape = image_shape(plain_images);
    }
    return plain_images;
}

} // namespace djescc
} // namespace gr
