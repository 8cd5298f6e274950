/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Copies frames into tensors, and shares tensors' memory with frames.

#include "blocks/frame_tensors.h"

#include <algorithm>
#include <array>
#include <torch/types.h>
#include <utility>

namespace gr {
namespace djescc {

namespace {

const pmt::pmt_t& reliability_key()
{
    static const pmt::pmt_t key = pmt::intern("reliability");
    return key;
}

//! The facts of frames, whose dictionaries move to \p infos.
template <class Item>
std::vector<::djescc::FrameFacts> take_infos(std::vector<frame<Item>>& frames,
                                             std::vector<frame_info>& infos)
{
    std::vector<::djescc::FrameFacts> facts;
    for (auto& taken : frames) {
        facts.push_back(taken.info);
        infos.push_back(std::move(taken.info));
    }
    return facts;
}

/*! N x k of the frames' reliability, 1 where a frame says nothing; undefined where none
 *  does. It speaks of symbols and is as long as they are: not for the image's way on. */
torch::Tensor take_reliability(std::vector<frame_info>& infos, int64_t length)
{
    torch::Tensor reliability;
    for (size_t i = 0; i < infos.size(); i++) {
        const auto values = infos[i].take(reliability_key());
        if (!values || !pmt::is_f32vector(values)) {
            continue;
        }
        if (!reliability.defined()) {
            reliability = torch::ones({ static_cast<int64_t>(infos.size()), length });
        }
        size_t count = 0;
        const float* elements = pmt::f32vector_elements(values, count);
        std::copy_n(elements,
                    std::min(count, static_cast<size_t>(length)),
                    reliability.data_ptr<float>() + static_cast<int64_t>(i) * length);
    }
    return reliability;
}

//! 1 x C x H x W in the frame's memory.
torch::Tensor shared_tensor(std::shared_ptr<float[]> items,
                            const ::djescc::ImageShape& shape)
{
    const std::array<int64_t, 4> sizes{ 1, shape.channels, shape.height, shape.width };
    float* const data = items.get();
    return torch::from_blob(
        data, sizes, [kept = std::move(items)](void*) {}, torch::kFloat32);
}

} // namespace

torch::Tensor image_tensor(frame<float> image)
{
    return shared_tensor(std::move(image.items), image.info.shape);
}

::djescc::FrameBatch stack_frames(std::vector<frame<float>>& images,
                                  std::vector<frame_info>& infos)
{
    const auto shape = images.front().info.shape;
    const std::array<int64_t, 4> sizes{
        static_cast<int64_t>(images.size()), shape.channels, shape.height, shape.width
    };
    ::djescc::FrameBatch batch;
    batch.facts = take_infos(images, infos);
    if (images.size() == 1) {
        batch.values = shared_tensor(std::move(images.front().items), shape);
        return batch;
    }
    batch.values = torch::empty(sizes, torch::kFloat32);
    float* planes = batch.values.data_ptr<float>();
    for (auto& image : images) {
        planes = std::copy_n(image.items.get(), image.length, planes);
        image.items.reset();
    }
    return batch;
}

::djescc::FrameBatch stack_frames(std::vector<frame<gr_complex>>& symbols,
                                  std::vector<frame_info>& infos)
{
    const auto count = static_cast<int64_t>(symbols.size());
    size_t longest = 0, shortest = symbols.front().length;
    for (const auto& taken : symbols) {
        longest = std::max(longest, taken.length);
        shortest = std::min(shortest, taken.length);
    }
    const auto length = static_cast<int64_t>(longest);
    ::djescc::FrameBatch batch;
    batch.facts = take_infos(symbols, infos);
    batch.reliability = take_reliability(infos, length);
    batch.values = torch::empty({ count, length }, torch::kComplexFloat);
    auto* row =
        reinterpret_cast<gr_complex*>(batch.values.data_ptr<c10::complex<float>>());
    std::vector<int64_t> counts;
    for (auto& taken : symbols) {
        auto* const end = std::copy_n(taken.items.get(), taken.length, row);
        row = std::fill_n(end, longest - taken.length, gr_complex(0));
        counts.push_back(static_cast<int64_t>(taken.length));
        taken.items.reset();
    }
    if (shortest < longest) {
        batch.counts = torch::tensor(counts);
    }
    return batch;
}

void split_batch(const ::djescc::FrameBatch& batch,
                 std::vector<frame_items<float>>& frames)
{
    const auto shape = batch.facts.front().shape;
    const auto length = static_cast<size_t>(shape.numel());
    const auto owner = std::make_shared<torch::Tensor>(batch.values);
    const float* planes = owner->data_ptr<float>();
    frames.resize(batch.facts.size());
    for (auto& frame : frames) {
        frame = { std::shared_ptr<const float[]>(owner, planes),
                  length,
                  static_cast<size_t>(shape.channels) };
        planes += length;
    }
}

void split_batch(const ::djescc::FrameBatch& batch,
                 std::vector<frame_items<gr_complex>>& frames)
{
    const auto longest = static_cast<size_t>(batch.values.size(1));
    const auto owner = std::make_shared<torch::Tensor>(batch.values);
    const auto* row =
        reinterpret_cast<const gr_complex*>(owner->data_ptr<c10::complex<float>>());
    const int64_t* counts =
        batch.counts.defined() ? batch.counts.data_ptr<int64_t>() : nullptr;
    frames.resize(batch.facts.size());
    for (size_t i = 0; i < frames.size(); i++) {
        frames[i] = { std::shared_ptr<const gr_complex[]>(owner, row),
                      counts ? static_cast<size_t>(counts[i]) : longest,
                      1 };
        row += longest;
    }
}

} // namespace djescc
} // namespace gr
