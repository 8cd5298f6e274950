/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A sink that collects what a simulation reports of its frames. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <gnuradio/sync_block.h>
#include <map>
#include <memory>
#include <string>
#include <torch/types.h>
#include <vector>

/*! A sink that notes every frame that passes and keeps the pictures of the first ones.
 *  Ask it for its results after the flowgraph has ended. */
class FrameCollector : public gr::sync_block
{
public:
    struct Frame {
        int64_t item_count = 0;
        bool outage = false; //!< the image is a mere stand-in
        std::string name;
        torch::Tensor image; //!< C x H x W, shrunk where it is large; of kept frames
    };

    /*! \param item_size    sizeof(float) for images, sizeof(gr_complex) for symbols
     *  \param keep_below   pictures of frames with an id below this are kept; 0 for
     *                      symbols
     *  \param longest_side to which larger pictures are shrunk before they are kept, so
     *                      that a few photographs do not fill the memory */
    static std::shared_ptr<FrameCollector>
    make(std::size_t item_size, int64_t keep_below, int64_t longest_side);

    bool start() override;
    int work(int item_count,
             gr_vector_const_void_star& inputs,
             gr_vector_void_star& outputs) override;

    //! By id.
    const std::map<int64_t, Frame>& frames() const { return d_frames; }

private:
    //! The kept frame that is arriving.
    struct Open {
        Frame* frame = nullptr;
        int64_t channels = 0, height = 0, width = 0;
        std::vector<float> items;
    };

    FrameCollector(std::size_t item_size, int64_t keep_below, int64_t longest_side);
    void begin_frame(uint64_t offset);
    void take(const float* items, int64_t count);

    int64_t d_keep_below;
    int64_t d_longest_side;
    std::map<int64_t, Frame> d_frames;
    Open d_open;
};
