/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "blocks/frame_tensors.h"

#include <algorithm>
#include <torch/types.h>
#include <utility>

namespace gr {
namespace djescc {

namespace {

// Plain loops: for small images a tensor operation a frame costs more than the copy.

void planes_from_interleaved(const float* interleaved,
                             float* planes,
                             size_t pixels,
                             size_t channels)
{
    if (channels == 3) { // written out, it vectorises
        float* const second = planes + pixels;
        float* const third = second + pixels;
        for (size_t i = 0; i < pixels; i++) {
            planes[i] = interleaved[3 * i];
            second[i] = interleaved[3 * i + 1];
            third[i] = interleaved[3 * i + 2];
        }
        return;
    }
    for (size_t c = 0; c < channels; c++) {
        for (size_t i = 0; i < pixels; i++) {
            planes[c * pixels + i] = interleaved[i * channels + c];
        }
    }
}

void interleaved_from_planes(const float* planes,
                             float* interleaved,
                             size_t pixels,
                             size_t channels)
{
    if (channels == 3) {
        const float* const second = planes + pixels;
        const float* const third = second + pixels;
        for (size_t i = 0; i < pixels; i++) {
            interleaved[3 * i] = planes[i];
            interleaved[3 * i + 1] = second[i];
            interleaved[3 * i + 2] = third[i];
        }
        return;
    }
    for (size_t c = 0; c < channels; c++) {
        for (size_t i = 0; i < pixels; i++) {
            interleaved[i * channels + c] = planes[c * pixels + i];
        }
    }
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
    float* planes = batch.data_ptr<float>();
    for (auto& image : images) {
        planes_from_interleaved(image.items.get(),
                                planes,
                                static_cast<size_t>(shape.height * shape.width),
                                static_cast<size_t>(shape.channels));
        planes += shape.numel();
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
    const auto count = static_cast<size_t>(images.size(0));
    const auto memory = allocate_items<float>(count * length);
    const float* planes = images.data_ptr<float>();
    std::vector<frame_items<float>> frames(count);
    for (size_t i = 0; i < count; i++) {
        float* const interleaved = memory.get() + i * length;
        interleaved_from_planes(planes + i * length,
                                interleaved,
                                static_cast<size_t>(shape.height * shape.width),
                                static_cast<size_t>(shape.channels));
        frames[i] = { std::shared_ptr<const float[]>(memory, interleaved), length };
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
        frame = { std::shared_ptr<const gr_complex[]>(owner, row), length };
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
