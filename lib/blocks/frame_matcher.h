/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Frames of two streams that belong together. */
#pragma once

#include "blocks/frame.h"
#include "blocks/frame_counters.h"
#include "blocks/frame_gatherer.h"
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace gr {
namespace djescc {

/*! Finds the frames of two streams that have the same id. Within a stream ids rise; a
 *  frame without a partner is dropped as soon as that is certain. A judged frame that
 *  says that it is one of several versions may have others of its id behind it: each of
 *  them is paired. */
class frame_matcher
{
public:
    struct pair {
        frame<float> reference;
        frame<float> test;
    };

    //! \param reference, test  counters of the two streams' owner; outlive this
    frame_matcher(frame_counters& reference, frame_counters& test);

    /*! Take items of a stream, as frame_gatherer::push. */
    size_t push_reference(const float* items,
                          size_t count,
                          uint64_t first_offset,
                          const std::vector<gr::tag_t>& tags);
    size_t push_test(const float* items,
                     size_t count,
                     uint64_t first_offset,
                     const std::vector<gr::tag_t>& tags);

    //! The next pair, oldest first, where both of its frames are there.
    std::optional<pair> next();

    //! True where no further reference frame is begun before one finds its partner.
    bool reference_full() const { return d_reference.waiting_limit_reached(); }
    bool test_full() const { return d_test.waiting_limit_reached(); }

    bool reference_waiting() const { return !d_reference.waiting().empty(); }
    bool test_waiting() const { return !d_test.waiting().empty(); }

    //! Give up the reference frames that wait.
    void drop_references();
    //! Give up the judged frames that wait.
    void drop_tests();

    //! Both streams end: what is not complete is truncated, what waits has no partner.
    void finish();

private:
    //! \param reference  of the oldest judged frame that waits
    pair pair_with(frame<float> reference);

    frame_counters& d_reference_counters;
    frame_counters& d_test_counters;
    frame_gatherer<float> d_reference;
    frame_gatherer<float> d_test;
    //! Of the last pair, where a further version of the judged frame may come.
    std::optional<frame<float>> d_kept_reference;
};

} // namespace djescc
} // namespace gr
