/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Copies frames into tensors and hands tensors out as frames.

#include "blocks/frame_tensors.h"

#include <algorithm>
#include <array>
#include <torch/types.h>
#include <utility>

namespace gr {
namespace djescc {

torch::Tensor stack_frames(std::vector<frame<float>>& images)
{
    const auto shape = images.front().info.shape;
    const std::array<int64_t, 4> sizes{
        static_cast<int64_t>(images.size()), shape.channels, shape.height, shape.width
    };
    if (images.size() == 1) {
        const auto items = std::move(images.front().items);
        return torch::from_blob(
            items.get(), sizes, [items](void*) {}, torch::kFloat32);
    }
    auto batch = torch::empty(sizes, torch::kFloat32);
    float* planes = batch.data_ptr<float>();
    for (auto& image : images) {
        planes = std::copy_n(image.items.get(), image.length, planes);
        image.items.reset();
    }
    return batch;
}

torch::Tensor stack_frames(std::vector<frame<gr_complex>>& symbols)
{
    const size_t length = symbols.front().length;
    auto batch = torch::empty(
        { static_cast<int64_t>(symbols.size()), static_cast<int64_t>(length) },
        torch::kComplexFloat);
    auto* row = reinterpret_cast<gr_complex*>(batch.data_ptr<c10::complex<float>>());
    for (auto& taken : symbols) {
        row = std::copy_n(taken.items.get(), length, row);
        taken.items.reset();
    }
    return batch;
}

std::vector<frame_items<float>> image_frames(const torch::Tensor& images)
{
    const auto shape = image_shape(images);
    const auto length = static_cast<size_t>(shape.numel());
    const auto owner = std::make_shared<torch::Tensor>(images);
    const float* planes = owner->data_ptr<float>();
    std::vector<frame_items<float>> frames(static_cast<size_t>(images.size(0)));
    for (auto& frame : frames) {
        frame = { std::shared_ptr<const float[]>(owner, planes),
                  length,
                  static_cast<size_t>(shape.channels) };
        planes += length;
    }
    return frames;
}

std::vector<frame_items<gr_complex>> symbol_frames(const torch::Tensor& symbols)
{
    const auto length = static_cast<size_t>(symbols.size(1));
    const auto owner = std::make_shared<torch::Tensor>(symbols);
    const auto* row =
        reinterpret_cast<const gr_complex*>(owner->data_ptr<c10::complex<float>>());
    std::vector<frame_items<gr_complex>> frames(static_cast<size_t>(symbols.size(0)));
    for (auto& frame : frames) {
        frame = { std::shared_ptr<const gr_complex[]>(owner, row), length, 1 };
        row += length;
    }
    return frames;
}

::djescc::ImageShape image_shape(const torch::Tensor& images)
{
    return { images.size(1), images.size(2), images.size(3) };
}

} // namespace djescc
} // namespace gr
