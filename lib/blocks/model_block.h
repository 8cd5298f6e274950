/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What the four blocks share that run a role's net over frames. */
#pragma once

#include "blocks/frame_block.h"
#include "blocks/frame_tensors.h"
#include "blocks/inference_limits.h"
#include <algorithm>
#include <atomic>
#include <c10/core/InferenceMode.h>
#include <chrono>
#include <djescc/error.h>
#include <djescc/runtime/role_runner.h>
#include <exception>
#include <string>

namespace gr {
namespace djescc {

/*! Batches of one shape, the time that the net takes, and frames dropped where it throws.
 *  A block adds refuse() where its net must not see every frame.
 *
 *  From general_work() to the net's forward() it is process(), RoleRunner::run() and the
 *  runner's step for the role. */
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
     *  \throws what RoleRunner's constructor throws */
    model_block(frame_content content,
                ::djescc::Role role,
                const ::djescc::ModelSource& source,
                const ::djescc::RuntimeOptions& options,
                int max_batch)
        : frame_block<Interface, Input, Output>(
              content, batches_waiting * checked_max_batch(max_batch))
        , d_options(options)
        , d_max_batch(checked_max_batch(max_batch))
        , d_max_batch_items(batch_item_limit(options))
        , d_runner(role, source, runner_options())
    {
    }

    //! Reason to drop a frame without showing it to the net; null for a good one.
    virtual const char* refuse(const frame<Input>&) { return nullptr; }

    //! Put frames together that make one: what is left is shown to the net.
    virtual void assemble(std::vector<frame<Input>>&) {}

    /*! Called for each frame that the net made.
     *  \param taken  what was known of the frame that it made it of
     *  \param facts  of the new frame */
    virtual void made(const ::djescc::FrameFacts& taken, ::djescc::FrameFacts& facts)
    {
        (void)taken;
        (void)facts;
    }

    //! Called before each batch, in the block's thread.
    virtual void prepare() {}

    //! Add what the net is told beside the frames.
    virtual void add_conditions(::djescc::FrameBatch&) {}

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

    void process(std::vector<frame<Input>> batch) override
    {
        assemble(batch);
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
        const size_t frames = batch.size();
        try {
            const c10::InferenceMode inference;
            prepare();
            std::vector<frame_info> infos;
            auto input = stack_frames(batch, infos);
            add_conditions(input);
            const int64_t input_items = input.values.numel();
            const auto begin = std::chrono::steady_clock::now();
            const auto output = d_runner.run(std::move(input));
            const std::chrono::duration<double> spent =
                std::chrono::steady_clock::now() - begin;
            d_inference_seconds = d_inference_seconds + spent.count();
            finish(output, infos);
            release_freed_memory(std::max(input_items, output.values.numel()));
        } catch (const ::djescc::ConfigError& error) {
            // with which the runner refuses a shape
            drop_all(frames, drop_reason::wrong_shape, error.what());
        } catch (const std::exception& error) {
            drop_all(frames, drop_reason::failed, error.what());
        }
    }

    ::djescc::RoleRunner& runner() { return d_runner; }
    const ::djescc::RoleRunner& runner() const { return d_runner; }

private:
    ::djescc::RunnerOptions runner_options()
    {
        ::djescc::RunnerOptions options;
        options.runtime = d_options;
        options.notice = [this](const std::string& text) {
            this->d_logger->info("{:s}", text);
        };
        return options;
    }

    //! Frames as \p first that go into one batch.
    size_t largest_batch(const frame_info& first) const
    {
        const auto image_items =
            std::max<size_t>(1, static_cast<size_t>(first.shape.numel()));
        return std::clamp<size_t>(d_max_batch_items / image_items, 1, d_max_batch);
    }

    void drop_all(size_t count, const char* reason, const char* detail)
    {
        for (size_t i = 0; i < count; i++) {
            this->d_counters.drop(reason, detail);
        }
    }

    //! Hand out the rows, one or several for each frame that went in.
    void finish(const ::djescc::FrameBatch& output, std::vector<frame_info>& infos)
    {
        std::vector<frame_items<Output>> results;
        split_batch(output, results);
        const size_t rows_per_frame = results.size() / infos.size();
        for (size_t i = 0; i < results.size(); i++) {
            auto& info = infos[i / rows_per_frame];
            auto facts = output.facts[i];
            made(info, facts);
            static_cast<::djescc::FrameFacts&>(info) = std::move(facts);
            auto& result = results[i];
            this->finish_frame(
                std::move(result.items), result.length, info.to_pmt(), result.channels);
        }
    }

    // One for the next inference and one that comes in meanwhile.
    static constexpr size_t batches_waiting = 2;

    const ::djescc::RuntimeOptions d_options;
    const size_t d_max_batch;
    const size_t d_max_batch_items;
    ::djescc::RoleRunner d_runner;
    // Written by the block's thread alone, read by any.
    std::atomic<double> d_inference_seconds{ 0.0 };
    std::atomic<uint64_t> d_batches{ 0 };
    std::atomic<uint64_t> d_largest_batch{ 0 };
};

} // namespace djescc
} // namespace gr
