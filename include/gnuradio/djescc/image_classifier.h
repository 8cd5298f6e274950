/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that tells what images show. */
#pragma once

#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <gnuradio/djescc/frame_statistics.h>
#include <memory>
#include <string>
#include <vector>

namespace gr {
namespace djescc {

/*!
 * \brief Labels images by a classifier, and passes them on as they are.
 *
 * Input and output: frames of float32 in [0, 1], H x W x C with three channels or one,
 * tagged as image_source does. The items that go out are those that came in, bit for bit.
 * The frame dictionary gets `label` (integer: the most probable class, from 0),
 * `class_name` (string, where the class has a name) and `probabilities` (f32vector of all
 * classes), in place of those of an earlier classifier. Other blocks keep these entries;
 * burst_transmitter does not send them.
 *
 * Message port `labels` (output): per labelled frame a dictionary with `id` (integer),
 * `name` (string, where the frame has one), `label`, `class_name`, `probability` (real,
 * of the label) and `probabilities`.
 *
 * A frame that cannot be used is dropped whole and counted (see frame_statistics). A good
 * image that gets no label is passed on without one, and counted in counters() as
 * `unlabelled: <reason>`:
 *
 * | reason        | meaning                                                            |
 * |---------------|--------------------------------------------------------------------|
 * | `outage`      | a stand-in of jscc_decoder, which shows nothing                    |
 * | `wrong shape` | another number of channels, or too small for the classifier        |
 * | `failed`      | the classifier threw or gave no finite probability; see the log    |
 *
 * \ingroup djescc
 */
class DJESCC_API image_classifier : virtual public gr::block, public frame_statistics
{
public:
    using sptr = std::shared_ptr<image_classifier>;

    /*!
     * \param classifier  directory with classifier.json and classifier.safetensors, as
     *                    `djescc train` makes it of a configuration with "task":
     *                    "classification"
     * \param device  "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
     * \param threads  the net's threads on the CPU; 0 means 1
     * \param max_batch  most frames in one inference, 1 to 1024; fewer go where the
     *                   frames are large
     * \param classes  names of the classes by their numbers, an empty one for a class
     *                 without name; none: those of classifier.json, where it has any
     * \throws djescc::ModelError for a classifier that is missing or damaged
     * \throws djescc::DeviceError for an unknown or absent device
     * \throws djescc::ConfigError for \p threads or \p max_batch out of range, or
     *         another number of \p classes than the classifier's
     */
    static sptr make(const std::string& classifier,
                     const std::string& device = "auto",
                     int threads = 0,
                     int max_batch = 8,
                     const std::vector<std::string>& classes = {});

    //! Names of the classes by their numbers; none where they have no names.
    virtual std::vector<std::string> classes() const = 0;

    //! Frames passed on without a label for any reason.
    virtual uint64_t unlabelled() const = 0;

    //! Seconds spent in the net so far, transfers included.
    virtual double inference_seconds() const = 0;
};

} // namespace djescc
} // namespace gr
