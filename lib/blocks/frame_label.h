/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a classifier says of a frame's picture, as entries of dictionaries. */
#pragma once

#include "blocks/frame_info.h"
#include <cstddef>
#include <cstdint>
#include <pmt/pmt.h>

namespace gr {
namespace djescc {

/*! The label of one frame. In the frame's dictionary it is `label` (integer),
 *  `class_name` (string, where the class has a name) and `probabilities` (f32vector),
 *  which blocks that do not know them pass on. */
class frame_label
{
public:
    /*! \param label  the most probable class, below \p class_count
     *  \param class_name  its name as a PMT symbol, null where it has none
     *  \param probabilities  of all classes, \p class_count of them */
    frame_label(int64_t label,
                pmt::pmt_t class_name,
                const float* probabilities,
                size_t class_count);

    //! Write the entries into a frame's dictionary, over those of an earlier label.
    void write_to(frame_info& info) const;

    /*! A dictionary for who wants labels alone: `id` and, where the frame has one, `name`
     *  of the frame, the entries above, and `probability` (real), that of the label. */
    pmt::pmt_t message(const frame_info& info) const;

    //! Take the entries out of a frame's dictionary, where an earlier label left some.
    static void erase_from(frame_info& info);

private:
    int64_t d_label;
    pmt::pmt_t d_class_name;
    double d_probability;
    pmt::pmt_t d_probabilities;
};

} // namespace djescc
} // namespace gr
