/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "blocks/model_block.h"
#include <djescc/runtime/keyed_stages.h>
#include <gnuradio/djescc/image_decryptor.h>

namespace gr {
namespace djescc {

class image_decryptor_impl : public model_block<image_decryptor, float, float>
{
public:
    image_decryptor_impl(const ::djescc::KeyedModels& models,
                         const ::djescc::RuntimeOptions& options,
                         int max_batch);

protected:
    bool same_batch(const frame<float>& first, const frame<float>& other) const override;
    torch::Tensor infer(torch::Tensor images, std::vector<frame_info>& infos) override;

private:
    ::djescc::KeyedDecryptStage d_stage;
};

} // namespace djescc
} // namespace gr
