/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "blocks/image_encryptor_impl.h"

#include "blocks/frame_numbers.h"
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
        ::djescc::KeyedModels{ model, keyring, key_file },
        runtime_options(device, threads),
        max_batch);
}

image_encryptor_impl::image_encryptor_impl(const ::djescc::KeyedModels& models,
                                           const ::djescc::RuntimeOptions& options,
                                           int max_batch)
    : gr::block("image_encryptor",
                gr::io_signature::make(1, 1, sizeof(float)),
                gr::io_signature::make(1, 1, sizeof(float)))
    , model_block(frame_content::image, options, max_batch)
    , d_stage(models, options)
{
}

torch::Tensor image_encryptor_impl::infer(torch::Tensor images,
                                          std::vector<frame_info>& infos)
{
    auto protected_images = d_stage.run(images, counters_of(infos));
    for (auto& info : infos) {
        info.plain = info.shape;
        info.shape = image_shape(protected_images);
    }
    return protected_images;
}

} // namespace djescc
} // namespace gr
