/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Streams of frames for tests of blocks: made, run through a block, and taken apart
 *  again. */
#pragma once

#include "blocks/frame_info.h"
#include "deadline.h"
#include <cppunit/TestAssert.h>
#include <gnuradio/blocks/vector_sink.h>
#include <gnuradio/blocks/vector_source.h>
#include <gnuradio/gr_complex.h>
#include <gnuradio/tags.h>
#include <gnuradio/top_block.h>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace gr::djescc::test {

//! Items and tags, as a source sends them or a sink has them.
template <class Item>
struct stream {
    std::vector<Item> items;
    std::vector<gr::tag_t> tags;

    //! Append items without tags.
    void append(const std::vector<Item>& more)
    {
        items.insert(items.end(), more.begin(), more.end());
    }

    //! Tag the next item to be appended.
    void tag_next(const pmt::pmt_t& key, const pmt::pmt_t& value)
    {
        gr::tag_t tag;
        tag.offset = items.size();
        tag.key = key;
        tag.value = value;
        tags.push_back(tag);
    }

    //! Append a frame as a well-behaved block sends it.
    void append_frame(const std::vector<Item>& frame, const frame_info& info)
    {
        tag_next(packet_len_key(), pmt::from_long(static_cast<long>(frame.size())));
        tag_next(frame_key(), info.to_pmt());
        append(frame);
    }
};

//! One frame of a stream.
template <class Item>
struct received_frame {
    frame_info info;
    std::vector<Item> items;
};

inline frame_info
image_info(int64_t id, int64_t height, int64_t width, int64_t channels = 3)
{
    frame_info info;
    info.id = id;
    info.shape = { channels, height, width };
    return info;
}

//! An image of the info's shape, interleaved, values in [0, 1) that the seed decides.
inline std::vector<float> random_image(const frame_info& info, unsigned seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
    std::vector<float> image(static_cast<size_t>(info.shape.numel()));
    for (auto& value : image) {
        value = uniform(generator);
    }
    return image;
}

inline std::vector<gr_complex> random_symbols(size_t count, unsigned seed)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, 1.0f);
    std::vector<gr_complex> symbols(count);
    for (auto& symbol : symbols) {
        symbol = { normal(generator), normal(generator) };
    }
    return symbols;
}

inline gr::blocks::vector_source_f::sptr source_of(const stream<float>& input)
{
    return gr::blocks::vector_source_f::make(input.items, false, 1, input.tags);
}

inline gr::blocks::vector_source_c::sptr source_of(const stream<gr_complex>& input)
{
    return gr::blocks::vector_source_c::make(input.items, false, 1, input.tags);
}

template <class Item>
using vector_sink = std::conditional_t<std::is_same_v<Item, float>,
                                       gr::blocks::vector_sink_f,
                                       gr::blocks::vector_sink_c>;

//! Run source, block, sink to the end.
//! \return what the sink has
template <class Output, class Input>
stream<Output> run_block(const gr::basic_block_sptr& block,
                         const stream<Input>& input,
                         int max_items = 0)
{
    auto top = gr::make_top_block("test");
    auto sink = vector_sink<Output>::make();
    top->connect(source_of(input), 0, block, 0);
    top->connect(block, 0, sink, 0);
    if (max_items > 0) {
        run_to_end(top, max_items);
    } else {
        run_to_end(top);
    }
    return { sink->data(), sink->tags() };
}

/*! Cut a stream at its tags. Fails where the tags are not two for every frame at the same
 *  item, or where packet_len is not the distance to the next frame. */
template <class Item>
std::vector<received_frame<Item>> split_frames(const stream<Item>& output)
{
    std::vector<received_frame<Item>> frames;
    size_t next = 0;
    CPPUNIT_ASSERT_EQUAL(size_t(0), output.tags.size() % 2);
    for (size_t i = 0; i < output.tags.size(); i += 2) {
        const auto& first = output.tags[i];
        const auto& second = output.tags[i + 1];
        CPPUNIT_ASSERT_EQUAL(static_cast<uint64_t>(next), first.offset);
        CPPUNIT_ASSERT_EQUAL(first.offset, second.offset);
        const bool length_first = pmt::eqv(first.key, packet_len_key());
        const auto& length = length_first ? first : second;
        const auto& dictionary = length_first ? second : first;
        CPPUNIT_ASSERT(pmt::eqv(length.key, packet_len_key()));
        CPPUNIT_ASSERT(pmt::eqv(dictionary.key, frame_key()));
        const auto info = frame_info::from_pmt(dictionary.value);
        CPPUNIT_ASSERT(info);
        const auto count = static_cast<size_t>(pmt::to_long(length.value));
        CPPUNIT_ASSERT(next + count <= output.items.size());
        const auto begin = output.items.begin() + static_cast<std::ptrdiff_t>(next);
        frames.push_back(
            { *info, { begin, begin + static_cast<std::ptrdiff_t>(count) } });
        next += count;
    }
    CPPUNIT_ASSERT_EQUAL(next, output.items.size());
    return frames;
}

} // namespace gr::djescc::test
