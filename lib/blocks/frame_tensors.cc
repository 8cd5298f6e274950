/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "blocks/frame_tensors.h"

#include <torch/torch.h>
#include <utility>

namespace gr {
namespace djescc {

namespace {

//! Tensor memory as the shared pointer that the drainer keeps.
template <class Item>
frame_items<Item> items_of(const torch::Tensor& contiguous)
{
    auto owner = std::make_shared<torch::Tensor>(contiguous);
    const auto* data = static_cast<const Item*>(owner->data_ptr());
    return { std::shared_ptr<const Item[]>(std::move(owner), data),
             static_cast<size_t>(contiguous.numel()) };
}

} // namespace

torch::Tensor stack_frames(std::vector<frame<float>>& images)
{
    const auto shape = images.front().info.shape;
    auto batch = torch::empty({ static_cast<int64_t>(images.size()),
                                shape.channels,
                                shape.height,
                                shape.width },
                              torch::kFloat32);
    for (size_t i = 0; i < images.size(); i++) {
        const auto interleaved = torch::from_blob(
            images[i].items.get(), { shape.height, shape.width, shape.channels });
        batch[static_cast<int64_t>(i)].copy_(interleaved.permute({ 2, 0, 1 }));
        images[i].items.reset();
    }
    return batch;
}

torch::Tensor stack_frames(std::vector<frame<gr_complex>>& symbols)
{
    const auto length = static_cast<int64_t>(symbols.front().length);
    auto batch = torch::empty({ static_cast<int64_t>(symbols.size()), length },
                              torch::kComplexFloat);
    for (size_t i = 0; i < symbols.size(); i++) {
        batch[static_cast<int64_t>(i)].copy_(
            torch::from_blob(symbols[i].items.get(), { length }, torch::kComplexFloat));
        symbols[i].items.reset();
    }
    return batch;
}

frame_items<float> image_items(const torch::Tensor& images, int64_t index)
{
    return items_of<float>(images[index].permute({ 1, 2, 0 }).contiguous());
}

frame_items<gr_complex> symbol_items(const torch::Tensor& symbols, int64_t index)
{
    return items_of<gr_complex>(symbols[index].contiguous());
}

::djescc::ImageShape image_shape(const torch::Tensor& images)
{
    return { images.size(1), images.size(2), images.size(3) };
}

} // namespace djescc
} // namespace gr
