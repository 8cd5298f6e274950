/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Turns frames into batches of tensors, and batches into frames. */
#pragma once

#include "blocks/frame.h"
#include <djescc/runtime/role_runner.h>
#include <gnuradio/gr_complex.h>
#include <memory>
#include <torch/types.h>
#include <vector>

namespace gr {
namespace djescc {

/*! Images of one shape, as frame_gatherer holds them. Each frame's memory is let go as
 *  soon as it is copied; a single one's becomes the tensor's.
 *  \param infos  gets the frames' dictionaries */
::djescc::FrameBatch stack_frames(std::vector<frame<float>>& images,
                                  std::vector<frame_info>& infos);

/*! Frames of symbols of images of one shape, as above; shorter ones are filled up with
 *  zeros. Their reliability moves from the dictionaries into the batch. */
::djescc::FrameBatch stack_frames(std::vector<frame<gr_complex>>& symbols,
                                  std::vector<frame_info>& infos);

//! One image as 1 x C x H x W float32, in its frame's memory.
torch::Tensor image_tensor(frame<float> image);

/*! One frame of a batch, for frame_drainer. The frames of a batch share the batch's
 *  memory, which goes with the last of them. */
template <class Item>
struct frame_items {
    std::shared_ptr<const Item[]> items;
    size_t length;
    size_t channels; //!< of an image as C x H x W
};

//! The frames of images, N x C x H x W float32 on the CPU.
void split_batch(const ::djescc::FrameBatch& batch,
                 std::vector<frame_items<float>>& frames);

//! The frames of symbols, N x k complex64 on the CPU, each with its own number.
void split_batch(const ::djescc::FrameBatch& batch,
                 std::vector<frame_items<gr_complex>>& frames);

} // namespace djescc
} // namespace gr
