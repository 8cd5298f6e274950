/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What the four blocks share that run a role's net over frames. */
#pragma once

#include "blocks/batch_block.h"
#include "blocks/frame_tensors.h"
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <djescc/error.h>
#include <djescc/runtime/role_runner.h>
#include <exception>
#include <iterator>
#include <string>

namespace gr {
namespace djescc {

/*! A role's net over batches of frames, which are dropped where it throws. A block adds
 *  refuse() where its net must not see every frame.
 *
 *  From general_work() to the net's forward() it is process(), RoleRunner::run() and the
 *  runner's step for the role. */
template <class Interface, class Input, class Output>
class model_block : public batch_block<Interface, Input, Output>
{
protected:
    /*! \throws what batch_block's constructor throws
     *  \throws what RoleRunner's constructor throws */
    model_block(frame_content content,
                ::djescc::Role role,
                const ::djescc::ModelSource& source,
                const ::djescc::RuntimeOptions& options,
                int max_batch)
        : batch_block<Interface, Input, Output>(content, options, max_batch)
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
        // What assemble() put together may have waited for images of another shape.
        while (!batch.empty()) {
            const auto first = batch.front().info;
            const auto end = std::find_if(
                batch.begin(), batch.end(), [&first](const frame<Input>& other) {
                    return !(other.info.shape == first.shape &&
                             other.info.plain == first.plain);
                });
            std::vector<frame<Input>> alike(std::make_move_iterator(batch.begin()),
                                            std::make_move_iterator(end));
            batch.erase(batch.begin(), end);
            infer(alike);
        }
    }

    ::djescc::RoleRunner& runner() { return d_runner; }
    const ::djescc::RoleRunner& runner() const { return d_runner; }

private:
    //! Show frames of one shape to the net.
    void infer(std::vector<frame<Input>>& batch)
    {
        this->count_batch(batch.size());
        const size_t frames = batch.size();
        try {
            const c10::InferenceMode inference;
            prepare();
            std::vector<frame_info> infos;
            auto input = stack_frames(batch, infos);
            add_conditions(input);
            const int64_t input_items = input.values.numel();
            const auto output =
                this->timed([&] { return d_runner.run(std::move(input)); });
            finish(output, infos);
            release_freed_memory(std::max(input_items, output.values.numel()));
        } catch (const ::djescc::ConfigError& error) {
            // with which the runner refuses a shape
            drop_all(frames, drop_reason::wrong_shape, error.what());
        } catch (const std::exception& error) {
            drop_all(frames, drop_reason::failed, error.what());
        }
    }

    ::djescc::RunnerOptions runner_options()
    {
        ::djescc::RunnerOptions options;
        options.runtime = this->runtime();
        options.notice = [this](const std::string& text) {
            this->d_logger->info("{:s}", text);
        };
        return options;
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

    ::djescc::RoleRunner d_runner;
};

} // namespace djescc
} // namespace gr
