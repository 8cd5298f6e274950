/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Pairs frames by their ids and drops those that are left over.

#include "blocks/frame_matcher.h"

namespace gr {
namespace djescc {

namespace {

// Reference frames wait while their partners pass through the chain. 256 MiB hold two
// photographs of 12 megapixels, fifty of 768 x 512, or more small frames than fit into
// all the blocks between.
constexpr size_t max_reference_items = size_t(1) << 26;
constexpr size_t max_reference_frames = size_t(1) << 16;

// Judged frames come later than their references, so few ever wait.
constexpr size_t max_test_frames = 16;
constexpr size_t max_test_items = size_t(1) << 23;

void drop_oldest(frame_gatherer<float>& gatherer, frame_counters& counters)
{
    counters.drop(drop_reason::no_partner,
                  "frame " + std::to_string(gatherer.pop().info.id));
}

} // namespace

frame_matcher::frame_matcher(frame_counters& reference, frame_counters& test)
    : d_reference_counters(reference)
    , d_test_counters(test)
    , d_reference(
          frame_content::image, max_reference_frames, max_reference_items, reference)
    , d_test(frame_content::image, max_test_frames, max_test_items, test)
{
}

size_t frame_matcher::push_reference(const float* items,
                                     size_t count,
                                     uint64_t first_offset,
                                     const std::vector<gr::tag_t>& tags)
{
    return d_reference.push(items, count, first_offset, tags);
}

size_t frame_matcher::push_test(const float* items,
                                size_t count,
                                uint64_t first_offset,
                                const std::vector<gr::tag_t>& tags)
{
    return d_test.push(items, count, first_offset, tags);
}

frame_matcher::pair frame_matcher::pair_with(frame<float> reference)
{
    pair found{ std::move(reference), d_test.pop() };
    d_kept_reference.reset();
    if (found.test.info.part + 1 < found.test.info.parts) {
        d_kept_reference = found.reference;
    }
    return found;
}

std::optional<frame_matcher::pair> frame_matcher::next()
{
    if (d_kept_reference && !d_test.waiting().empty()) {
        if (d_kept_reference->info.id == d_test.waiting().front().info.id) {
            return pair_with(*d_kept_reference);
        }
        d_kept_reference.reset();
    }
    while (!d_reference.waiting().empty() && !d_test.waiting().empty()) {
        const int64_t reference_id = d_reference.waiting().front().info.id;
        const int64_t test_id = d_test.waiting().front().info.id;
        if (reference_id == test_id) {
            return pair_with(d_reference.pop());
        }
        if (reference_id < test_id) {
            drop_oldest(d_reference, d_reference_counters);
        } else {
            drop_oldest(d_test, d_test_counters);
        }
    }
    return std::nullopt;
}

void frame_matcher::drop_references()
{
    while (!d_reference.waiting().empty()) {
        drop_oldest(d_reference, d_reference_counters);
    }
}

void frame_matcher::drop_tests()
{
    while (!d_test.waiting().empty()) {
        drop_oldest(d_test, d_test_counters);
    }
}

void frame_matcher::finish()
{
    d_reference.finish();
    d_test.finish();
    d_kept_reference.reset();
    drop_references();
    drop_tests();
}

} // namespace djescc
} // namespace gr
