/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Between frames of items and batches in tensors. */
#pragma once

#include "blocks/frame.h"
#include <djescc/image/image_shape.h>
#include <gnuradio/gr_complex.h>
#include <memory>
#include <torch/types.h>
#include <vector>

namespace gr {
namespace djescc {

/*! Images of one shape, as frame_gatherer holds them, as N x C x H x W float32. Each
 *  frame's memory is let go as soon as it is copied; a single one's becomes the tensor's.
 */
torch::Tensor stack_frames(std::vector<frame<float>>& images);

/*! Frames of symbols of one length k as N x k complex64, as above. */
torch::Tensor stack_frames(std::vector<frame<gr_complex>>& symbols);

/*! One frame of a batch, for frame_drainer. The frames of a batch share the batch's
 *  memory, which goes with the last of them. */
template <class Item>
struct frame_items {
    std::shared_ptr<const Item[]> items;
    size_t length;
    size_t channels; //!< of an image as C x H x W
};

//! Contiguous N x C x H x W float32 on the CPU as N frames.
std::vector<frame_items<float>> image_frames(const torch::Tensor& images);

//! Contiguous N x k complex64 on the CPU as N frames.
std::vector<frame_items<gr_complex>> symbol_frames(const torch::Tensor& symbols);

//! Shape of one image of N x C x H x W.
::djescc::ImageShape image_shape(const torch::Tensor& images);

//! \cond  the two above by the type of item, for templates
inline void split_batch(const torch::Tensor& batch,
                        std::vector<frame_items<float>>& frames)
{
    frames = image_frames(batch);
}
inline void split_batch(const torch::Tensor& batch,
                        std::vector<frame_items<gr_complex>>& frames)
{
    frames = symbol_frames(batch);
}
//! \endcond

} // namespace djescc
} // namespace gr
