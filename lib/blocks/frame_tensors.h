/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "blocks/frame.h"
#include <djescc/image/image_shape.h>
#include <gnuradio/gr_complex.h>
#include <memory>
#include <torch/types.h>
#include <vector>

namespace gr {
namespace djescc {

/*! Images of one shape, H x W x C each, as N x C x H x W float32. Each frame's memory is
 *  let go as soon as it is copied. */
torch::Tensor stack_frames(std::vector<frame<float>>& images);

/*! Frames of symbols of one length k as N x k complex64, as above. */
torch::Tensor stack_frames(std::vector<frame<gr_complex>>& symbols);

//! The items of one frame of a batch, in the order in which they are sent.
template <class Item>
struct frame_items {
    std::shared_ptr<const Item[]> items;
    size_t length;
};

//! Image \p index of N x C x H x W float32 on the CPU, as H x W x C.
frame_items<float> image_items(const torch::Tensor& images, int64_t index);

//! Row \p index of N x k complex64 on the CPU.
frame_items<gr_complex> symbol_items(const torch::Tensor& symbols, int64_t index);

//! Shape of one image of N x C x H x W.
::djescc::ImageShape image_shape(const torch::Tensor& images);

//! \cond  the two above by the type of item, for templates
inline void
get_items(const torch::Tensor& batch, int64_t index, frame_items<float>& items)
{
    items = image_items(batch, index);
}
inline void
get_items(const torch::Tensor& batch, int64_t index, frame_items<gr_complex>& items)
{
    items = symbol_items(batch, index);
}
//! \endcond

} // namespace djescc
} // namespace gr
