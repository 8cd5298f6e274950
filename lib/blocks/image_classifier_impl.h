/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block image_classifier: a classifier over batches of images that pass through. */
#pragma once

#include "blocks/batch_block.h"
#include "blocks/frame_label.h"
#include <djescc/loss/classification.h>
#include <gnuradio/djescc/image_classifier.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gr {
namespace djescc {

class image_classifier_impl : public batch_block<image_classifier, float, float>
{
public:
    image_classifier_impl(const std::string& classifier,
                          const ::djescc::RuntimeOptions& options,
                          int max_batch,
                          const std::vector<std::string>& classes);

    std::vector<std::string> classes() const override { return d_classes; }
    uint64_t unlabelled() const override { return d_counters.unlabelled(); }

protected:
    void process(std::vector<frame<float>> batch) override;

private:
    //! A label for each frame, or none, which is counted.
    std::vector<std::optional<frame_label>>
    labels_of(const std::vector<frame<float>>& batch);
    //! What the net says of images, 1 x C x H x W each; nothing where it throws, which is
    //! counted.
    std::optional<::djescc::Classification>
    classified(const std::vector<torch::Tensor>& images);
    //! The label of a row; none where it is not finite, which is counted.
    std::optional<frame_label> label_of(const ::djescc::Classification& said, size_t row);
    void pass_on(frame<float> taken, const std::optional<frame_label>& label);

    const std::shared_ptr<::djescc::Classifier> d_net;
    const std::vector<std::string> d_classes;
    std::vector<pmt::pmt_t> d_class_names; //!< as symbols, null for a class without name
};

} // namespace djescc
} // namespace gr
