/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The base of all blocks that turn frames into frames. */
#pragma once

#include "blocks/drop_reason.h"
#include "blocks/frame_block_support.h"
#include "blocks/frame_counters.h"
#include "blocks/frame_drainer.h"
#include "blocks/frame_gatherer.h"
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/block_detail.h>
#include <gnuradio/buffer_reader.h>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gr {
namespace djescc {

/*! What all blocks share that turn frames into frames: gathering, batches, draining, tags
 *  and counters. A block adds process().
 *
 *  One call of general_work() takes the input that is there, as far as the bound on
 *  waiting frames allows, and then either hands out finished frames or, when there are
 *  none left, processes one batch of the waiting ones. So what is finished is never held
 *  up by the next batch, and a batch waits for more only where more is about to come: the
 *  buffer was full, so that the block before stands there with what it could not hand
 *  over. Else batches would be no larger than that buffer, which is a third of one of
 *  256x256 images.
 *
 *  \tparam Interface  the block's public class, for example image_encryptor
 *  \tparam Input, Output  float or gr_complex
 */
template <class Interface, class Input, class Output>
class frame_block : public Interface
{
public:
    uint64_t frames_in() const override { return d_counters.frames_in(); }
    uint64_t frames_out() const override { return d_counters.frames_out(); }
    uint64_t dropped(const std::string& reason) const override
    {
        return d_counters.dropped(reason);
    }
    uint64_t dropped_total() const override { return d_counters.dropped_total(); }
    std::map<std::string, uint64_t> counters() const override { return d_counters.all(); }

    void setup_rpc() override { register_statistics(*this); }

    void forecast(int, gr_vector_int& ninput_items_required) override
    {
        // With something at hand the block runs without input, at the stream's end too.
        const bool busy = !d_finished.empty() || !d_gatherer.waiting().empty() ||
                          awaits() || (holds_back() && input_ended());
        ninput_items_required.assign(ninput_items_required.size(), busy ? 0 : 1);
    }

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override
    {
        gather(static_cast<const Input*>(input_items[0]), ninput_items[0]);
        if (d_finished.empty() && awaits()) {
            go_on();
        } else if (d_finished.empty() && !d_gatherer.waiting().empty()) {
            if (more_is_coming(ninput_items[0])) {
                return 0;
            }
            process(take_batch());
        } else if (d_finished.empty() && ninput_items[0] == 0 && holds_back() &&
                   input_ended()) {
            release();
        }
        d_starts.clear();
        const size_t written = d_finished.drain(static_cast<Output*>(output_items[0]),
                                                static_cast<size_t>(noutput_items),
                                                d_starts);
        for (const auto& tag :
             make_frame_tags(d_starts, this->nitems_written(0), this->alias_pmt())) {
            this->add_item_tag(0, tag);
        }
        return static_cast<int>(written);
    }

    bool stop() override
    {
        d_gatherer.finish();
        d_finished.clear();
        keep_output_buffer(*this);
        return Interface::stop();
    }

protected:
    /*!
     * \param content  what the input's tags must say
     * \param max_waiting  most whole frames that wait inside, at least 1
     */
    frame_block(frame_content content, size_t max_waiting)
        : d_gatherer(content, max_waiting, max_waiting_items, d_counters)
    {
        d_counters.set_log(
            [this](const std::string& line) { this->d_logger->warn("{:s}", line); });
        this->set_tag_propagation_policy(gr::block::TPP_DONT);
        this->set_min_output_buffer(0, min_output_items<Output>);
    }

    /*! How many of the waiting frames, at least one of which there is, go into the next
     *  batch. */
    virtual size_t batch_size(const std::deque<frame<Input>>& waiting) const = 0;

    //! Whether a batch of all the waiting frames, at least one, would take another one.
    virtual bool takes_more(const std::deque<frame<Input>>&) const { return false; }

    //! Turn the batch's frames into finished ones by finish_frame(), or drop them.
    virtual void process(std::vector<frame<Input>> batch) = 0;

    /*! True while process() began something that goes on by itself, with a message or
     *  with time: until then no further batch is begun, and the stream does not end. */
    virtual bool awaits() const { return false; }
    //! Called again and again while awaits(): go on, give up, or sleep for a moment.
    virtual void go_on() {}

    //! True while process() keeps something back that only further input completes.
    virtual bool holds_back() const { return false; }
    //! No further input comes: finish what was kept back.
    virtual void release() {}

    //! Queue a frame for output, as frame_drainer::push, and count it.
    void finish_frame(std::shared_ptr<const Output[]> items,
                      size_t length,
                      pmt::pmt_t info,
                      size_t channels = 1)
    {
        d_finished.push(std::move(items), length, std::move(info), channels);
        d_counters.count_out();
    }

    frame_counters d_counters;

private:
    void gather(const Input* items, int count)
    {
        const auto available = static_cast<size_t>(count);
        size_t taken = 0;
        // In steps: asking for the tags of all that lies in the buffer, when much of it
        // has to wait, would copy them again at every call.
        while (taken < available) {
            const size_t step = std::min(available - taken, tag_window_items);
            const uint64_t offset = this->nitems_read(0) + taken;
            this->get_tags_in_range(d_tags, 0, offset, offset + step);
            const size_t pushed = d_gatherer.push(items + taken, step, offset, d_tags);
            taken += pushed;
            if (pushed < step) {
                break;
            }
        }
        this->consume(0, static_cast<int>(taken));
        const auto& detail = this->detail();
        if (count > 0 && detail && detail->ninputs() > 0) {
            // The scheduler lets half a buffer be written at once, give or take an item.
            const int64_t most = detail->input(0)->max_possible_items_available();
            d_pressed = 16 * int64_t{ count } >= 7 * most;
        }
    }

    /*! Whether to be called again before the next batch. The block before is told of the
     *  space that gather() made only when general_work() returns; what it then hands over
     *  is awaited here, for as long as it takes to copy a buffer a few times.
     *  \param count  items that gather() was given */
    bool more_is_coming(int count)
    {
        constexpr std::chrono::microseconds step{ 50 };
        constexpr int steps = 40;
        if (d_pressed && takes_more(d_gatherer.waiting())) {
            if (count > 0) {
                return true;
            }
            const auto input = this->detail()->input(0);
            for (int i = 0; i < steps && !input->done(); i++) {
                if (input->items_available() > 0) {
                    return true;
                }
                std::this_thread::sleep_for(step);
            }
        }
        d_pressed = false;
        return false;
    }

    bool input_ended() const
    {
        const auto& detail = this->detail();
        return detail && detail->ninputs() > 0 && detail->input(0)->done();
    }

    std::vector<frame<Input>> take_batch()
    {
        std::vector<frame<Input>> batch(batch_size(d_gatherer.waiting()));
        for (auto& taken : batch) {
            taken = d_gatherer.pop();
        }
        return batch;
    }

    frame_gatherer<Input> d_gatherer;
    frame_drainer<Output> d_finished;
    std::vector<gr::tag_t> d_tags;
    std::vector<drained_start> d_starts;
    bool d_pressed = false; //!< the last input was as much as fits at once
};

} // namespace djescc
} // namespace gr
