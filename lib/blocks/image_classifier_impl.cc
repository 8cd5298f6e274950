/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the block image_classifier, labels batches of frames and hands them on.

#include "blocks/image_classifier_impl.h"

#include "blocks/frame_tensors.h"
#include <c10/core/InferenceMode.h>
#include <cmath>
#include <djescc/error.h>
#include <exception>
#include <gnuradio/io_signature.h>
#include <torch/torch.h>
#include <utility>

namespace gr {
namespace djescc {

namespace {

const pmt::pmt_t& labels_port()
{
    static const pmt::pmt_t port = pmt::mp("labels");
    return port;
}

std::shared_ptr<::djescc::Classifier> load_classifier(const std::string& directory)
{
    try {
        return ::djescc::Classifier::load(directory);
    } catch (const ::djescc::Error& error) {
        throw ::djescc::ModelError(
            "no classifier can be loaded from \"" + directory + "\": " + error.what() +
            "; take models/classifiers/residual-cifar10, or train one: djescc train "
            "examples/training/residual-cifar10.json");
    }
}

//! The names that were asked for, else those that the classifier brings.
std::vector<std::string> checked_classes(const std::vector<std::string>& wanted,
                                         const ::djescc::Classifier& net)
{
    if (wanted.empty()) {
        return net.class_names();
    }
    const auto count = static_cast<size_t>(net.class_count());
    if (wanted.size() != count) {
        throw ::djescc::ConfigError("classes must be " + std::to_string(count) +
                                    " names, one for each class of the classifier, or "
                                    "none, but are " +
                                    std::to_string(wanted.size()));
    }
    return wanted;
}

} // namespace

image_classifier::sptr image_classifier::make(const std::string& classifier,
                                              const std::string& device,
                                              int threads,
                                              int max_batch,
                                              const std::vector<std::string>& classes)
{
    return gnuradio::make_block_sptr<image_classifier_impl>(
        classifier, runtime_options(device, threads), max_batch, classes);
}

image_classifier_impl::image_classifier_impl(const std::string& classifier,
                                             const ::djescc::RuntimeOptions& options,
                                             int max_batch,
                                             const std::vector<std::string>& classes)
    : gr::block("image_classifier",
                gr::io_signature::make(1, 1, sizeof(float)),
                gr::io_signature::make(1, 1, sizeof(float)))
    , batch_block(frame_content::image, options, max_batch)
    , d_net(load_classifier(classifier))
    , d_classes(checked_classes(classes, *d_net))
    , d_class_names(static_cast<size_t>(d_net->class_count()))
{
    d_net->to(::djescc::select_device(options.device));
    for (size_t i = 0; i < d_classes.size(); i++) {
        if (!d_classes[i].empty()) {
            d_class_names[i] = pmt::intern(d_classes[i]);
        }
    }
    message_port_register_out(labels_port());
}

void image_classifier_impl::process(std::vector<frame<float>> batch)
{
    const auto labels = labels_of(batch);
    for (size_t i = 0; i < batch.size(); i++) {
        pass_on(std::move(batch[i]), labels[i]);
    }
}

std::vector<std::optional<frame_label>>
image_classifier_impl::labels_of(const std::vector<frame<float>>& batch)
{
    std::vector<std::optional<frame_label>> labels(batch.size());
    std::vector<size_t> shown;
    std::vector<torch::Tensor> images;
    for (size_t i = 0; i < batch.size(); i++) {
        if (batch[i].info.outage) {
            d_counters.count_unlabelled(unlabelled_reason::outage,
                                        "frame " + std::to_string(batch[i].info.id));
            continue;
        }
        shown.push_back(i);
        images.push_back(image_tensor(batch[i]));
    }
    if (shown.empty()) {
        return labels;
    }
    if (const auto said = classified(images)) {
        for (size_t row = 0; row < shown.size(); row++) {
            labels[shown[row]] = label_of(*said, row);
        }
    }
    return labels;
}

std::optional<::djescc::Classification>
image_classifier_impl::classified(const std::vector<torch::Tensor>& images)
{
    const auto count_all = [&](const char* reason, const char* detail) {
        for (size_t i = 0; i < images.size(); i++) {
            d_counters.count_unlabelled(reason, detail);
        }
    };
    count_batch(images.size());
    try {
        const c10::InferenceMode inference;
        // A copy, of one image too: no net may write to what is passed on.
        const auto batch = torch::cat(images);
        auto said = timed([&] { return ::djescc::classify(*d_net, batch); });
        release_freed_memory(batch.numel());
        return said;
    } catch (const ::djescc::ConfigError& error) {
        // with which classify() refuses a shape
        count_all(unlabelled_reason::wrong_shape, error.what());
    } catch (const std::exception& error) {
        count_all(unlabelled_reason::failed, error.what());
    }
    return {};
}

std::optional<frame_label>
image_classifier_impl::label_of(const ::djescc::Classification& said, size_t row)
{
    const size_t class_count = d_class_names.size();
    const auto* probabilities = said.probabilities.data_ptr<float>() + row * class_count;
    const int64_t label = said.labels.data_ptr<int64_t>()[row];
    if (!std::isfinite(probabilities[label])) {
        d_counters.count_unlabelled(unlabelled_reason::failed,
                                    "the classifier gave no finite probability");
        return {};
    }
    return frame_label(
        label, d_class_names[static_cast<size_t>(label)], probabilities, class_count);
}

void image_classifier_impl::pass_on(frame<float> taken,
                                    const std::optional<frame_label>& label)
{
    if (label) {
        label->write_to(taken.info);
        message_port_pub(labels_port(), label->message(taken.info));
    } else {
        frame_label::erase_from(taken.info);
    }
    const auto channels = static_cast<size_t>(taken.info.shape.channels);
    finish_frame(std::move(taken.items), taken.length, taken.info.to_pmt(), channels);
}

} // namespace djescc
} // namespace gr
