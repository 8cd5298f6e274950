/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "blocks/model_block.h"
#include <djescc/runtime/keyed_stages.h>
#include <gnuradio/djescc/image_encryptor.h>

namespace gr {
namespace djescc {

class image_encryptor_impl : public model_block<image_encryptor, float, float>
{
public:
    image_encryptor_impl(const ::djescc::KeyedModels& models,
                         const ::djescc::RuntimeOptions& options,
                         int max_batch);

protected:
    torch::Tensor infer(torch::Tensor images, std::vector<frame_info>& infos) override;

private:
    ::djescc::KeyedEncryptStage d_stage;
};

} // namespace djescc
} // namespace gr
