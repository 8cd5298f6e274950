/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block image_encryptor: a role's net over frames of images. */
#pragma once

#include "blocks/model_block.h"
#include <gnuradio/djescc/image_encryptor.h>

namespace gr {
namespace djescc {

class image_encryptor_impl : public model_block<image_encryptor, float, float>
{
public:
    image_encryptor_impl(const ::djescc::ModelSource& source,
                         const ::djescc::RuntimeOptions& options,
                         int max_batch);
};

} // namespace djescc
} // namespace gr
