/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "blocks/frame_block.h"
#include "blocks/frame_tensors.h"
#include "blocks/inference_limits.h"
#include <algorithm>
#include <atomic>
#include <c10/core/InferenceMode.h>
#include <chrono>
#include <djescc/error.h>
#include <djescc/net/device.h>
#include <exception>
#include <string>

namespace gr {
namespace djescc {

/*! What the four blocks share that run a net over frames: batches of one shape, the time
 *  that the net takes, and frames dropped where it throws. A block adds infer(), and
 *  refuse() where its net must not see every frame. */
template <class Interface, class Input, class Output>
class model_block : public frame_block<Interface, Input, Output>
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
     */
    model_block(frame_content content,
                const ::djescc::RuntimeOptions& options,
                int max_batch)
        : frame_block<Interface, Input, Output>(
              content, batches_waiting * checked_max_batch(max_batch))
        , d_options(options)
        , d_max_batch(checked_max_batch(max_batch))
        , d_max_batch_items(batch_item_limit(options))
    {
    }

    //! Reason to drop a frame without showing it to the net; null for a good one.
    virtual const char* refuse(const frame<Input>&) { return nullptr; }

    //! True where two good frames may share an inference.
    virtual bool same_batch(const frame<Input>& first, const frame<Input>& other) const
    {
        return first.info.shape == other.info.shape && first.length == other.length;
    }

    /*! Run the net. What it throws costs the batch's frames: `wrong shape` where it is a
     *  djescc::ConfigError, with which the stages refuse a shape, otherwise `failed`.
     *  \param input  N x C x H x W float32 or N x k complex64
     *  \param infos  the N frames' dictionaries, to be brought up to date
     *  \return as \p input */
    virtual torch::Tensor infer(torch::Tensor input, std::vector<frame_info>& infos) = 0;

    size_t batch_size(const std::deque<frame<Input>>& waiting) const override
    {
        const auto& first = waiting.front();
        const size_t most = std::min(waiting.size(), d_max_batch);
        const auto image_items =
            std::max<size_t>(1, static_cast<size_t>(first.info.shape.numel()));
        const size_t limit = std::clamp<size_t>(d_max_batch_items / image_items, 1, most);
        size_t size = 1;
        while (size < limit && same_batch(first, waiting[size])) {
            size++;
        }
        return size;
    }

    void process(std::vector<frame<Input>> batch) override
    {
        const auto refused = [this](const frame<Input>& candidate) {
            const char* reason = refuse(candidate);
            if (reason) {
                this->d_counters.drop(reason,
                                      "frame " + std::to_string(candidate.info.id));
            }
            return reason != nullptr;
        };
        batch.erase(std::remove_if(batch.begin(), batch.end(), refused), batch.end());
        if (batch.empty()) {
            return;
        }
        d_batches++;
        d_largest_batch = std::max<uint64_t>(d_largest_batch, batch.size());
        try {
            run_batch(batch);
        } catch (const ::djescc::ConfigError& error) {
            drop_all(batch.size(), drop_reason::wrong_shape, error.what());
        } catch (const std::exception& error) {
            drop_all(batch.size(), drop_reason::failed, error.what());
        }
    }

private:
    void drop_all(size_t count, const char* reason, const char* detail)
    {
        for (size_t i = 0; i < count; i++) {
            this->d_counters.drop(reason, detail);
        }
    }

    void run_batch(std::vector<frame<Input>>& batch)
    {
        const c10::InferenceMode inference;
        std::vector<frame_info> infos;
        for (auto& taken : batch) {
            infos.push_back(std::move(taken.info));
        }
        torch::Tensor input = stack_frames(batch);
        const int64_t input_items = input.numel();
        const auto begin = std::chrono::steady_clock::now();
        const torch::Tensor output = infer(std::move(input), infos);
        const std::chrono::duration<double> spent =
            std::chrono::steady_clock::now() - begin;
        d_inference_seconds = d_inference_seconds + spent.count();

        std::vector<frame_items<Output>> results;
        split_batch(output, results);
        for (size_t i = 0; i < infos.size(); i++) {
            auto& result = results[i];
            this->finish_frame(std::move(result.items),
                               result.length,
                               infos[i].to_pmt(),
                               result.channels);
        }
        release_freed_memory(std::max(input_items, output.numel()));
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
