/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block image_decryptor: a role's net over frames of images. */
#pragma once

#include "blocks/model_block.h"
#include <gnuradio/djescc/image_decryptor.h>

namespace gr {
namespace djescc {

class image_decryptor_impl : public model_block<image_decryptor, float, float>
{
public:
    image_decryptor_impl(const ::djescc::ModelSource& source,
                         const ::djescc::RuntimeOptions& options,
                         int max_batch);

protected:
    const char* refuse(const frame<float>& candidate) override;
};

} // namespace djescc
} // namespace gr
