/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What the blocks share that show batches of frames to a net. */
#pragma once

#include "blocks/frame_block.h"
#include "blocks/inference_limits.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <string>

namespace gr {
namespace djescc {

//! Batches of one shape, and the time that the net takes. A block adds process().
template <class Interface, class Input, class Output>
class batch_block : public frame_block<Interface, Input, Output>
{
public:
    bool start() override
    {
        // The scheduler calls start() in the thread that later calls general_work(), and
        // LibTorch's thread count belongs to the thread.
        ::djescc::prepare_thread(d_options);
        return Interface::start();
    }

    double inference_seconds() const override { return d_inference_seconds; }

    std::map<std::string, uint64_t> counters() const override
    {
        auto counters = this->d_counters.all();
        counters["batches"] = d_batches;
        counters["largest_batch"] = d_largest_batch;
        return counters;
    }

protected:
    /*! \throws djescc::ConfigError for \p max_batch or the options' threads out of range
     *  \throws djescc::DeviceError for the options' device unknown or absent */
    batch_block(frame_content content,
                const ::djescc::RuntimeOptions& options,
                int max_batch)
        : frame_block<Interface, Input, Output>(
              content, batches_waiting * checked_max_batch(max_batch))
        , d_options(options)
        , d_max_batch(checked_max_batch(max_batch))
        , d_max_batch_items(batch_item_limit(options))
    {
    }

    const ::djescc::RuntimeOptions& runtime() const { return d_options; }

    size_t batch_size(const std::deque<frame<Input>>& waiting) const override
    {
        const auto& first = waiting.front().info;
        const size_t limit = std::min(waiting.size(), largest_batch(first));
        size_t size = 1;
        while (size < limit && waiting[size].info.shape == first.shape &&
               waiting[size].info.plain == first.plain) {
            size++;
        }
        return size;
    }

    bool takes_more(const std::deque<frame<Input>>& waiting) const override
    {
        return waiting.size() < largest_batch(waiting.front().info) &&
               batch_size(waiting) == waiting.size();
    }

    //! Count a batch that the net is shown.
    void count_batch(size_t frames)
    {
        d_batches++;
        d_largest_batch = std::max<uint64_t>(d_largest_batch, frames);
    }

    //! What \p inference gives; the time that it takes is the net's.
    template <class Inference>
    auto timed(Inference inference)
    {
        const auto begin = std::chrono::steady_clock::now();
        auto result = inference();
        const std::chrono::duration<double> spent =
            std::chrono::steady_clock::now() - begin;
        d_inference_seconds = d_inference_seconds + spent.count();
        return result;
    }

private:
    //! Frames as \p first that go into one batch.
    size_t largest_batch(const frame_info& first) const
    {
        const auto image_items =
            std::max<size_t>(1, static_cast<size_t>(first.shape.numel()));
        return std::clamp<size_t>(d_max_batch_items / image_items, 1, d_max_batch);
    }

    // One for the next inference and one that comes in meanwhile.
    static constexpr size_t batches_waiting = 2;

    const ::djescc::RuntimeOptions d_options;
    const size_t d_max_batch;
    const size_t d_max_batch_items;
    // Written by the block's thread alone, read by any.
    std::atomic<double> d_inference_seconds{ 0.0 };
    std::atomic<uint64_t> d_batches{ 0 };
    std::atomic<uint64_t> d_largest_batch{ 0 };
};

} // namespace djescc
} // namespace gr
