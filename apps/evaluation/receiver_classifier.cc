/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Gathers received pictures, classifies them together and counts.

#include "evaluation/receiver_classifier.h"

#include <cmath>
#include <djescc/error.h>
#include <djescc/loss/classification.h>
#include <utility>

namespace {

constexpr std::size_t most_waiting = 128;
constexpr double normal_quantile = 1.96;

std::vector<djescc::CropChoice> centre_crops(int64_t first, int64_t last)
{
    std::vector<djescc::CropChoice> choices;
    for (int64_t i = first; i < last; ++i)
        choices.push_back({ i, 0.5, 0.5, false });
    return choices;
}

} // namespace

nlohmann::json to_json(const ReceivedClasses& classification)
{
    auto rows = nlohmann::json::array();
    const auto& counts = classification.confusion.counts();
    for (int64_t i = 0; i < counts.size(0); ++i) {
        const auto row = counts[i].contiguous();
        rows.push_back(std::vector<int64_t>(row.data_ptr<int64_t>(),
                                            row.data_ptr<int64_t>() + row.numel()));
    }
    return { { "accuracy", classification.accuracy },
             { "accuracy_interval", classification.accuracy_interval },
             { "accuracy_of_draws", classification.accuracy_of_draws },
             { "macro_f1", classification.macro_f1 },
             { "confusion", rows } };
}

ReceiverClassifier::ReceiverClassifier(std::shared_ptr<djescc::Classifier> classifier,
                                       const djescc::Dataset& data,
                                       torch::Device device)
    : d_classifier(std::move(classifier)), d_data(data), d_device(device)
{
    const int64_t classes = d_classifier->class_count();
    if (data.class_count() == 0)
        throw djescc::ConfigError(
            "--classifier needs pictures whose classes are known: "
            "give --cifar10");
    if (data.class_count() != classes)
        throw djescc::ConfigError("the classifier knows " + std::to_string(classes) +
                                  " classes, but the pictures have " +
                                  std::to_string(data.class_count()) +
                                  ": give one that was trained on such pictures");
    d_labels = data.labels(centre_crops(0, data.size()));
    d_classifier->to(device);
}

void ReceiverClassifier::begin(std::size_t channels, int64_t draws)
{
    d_draws = draws;
    d_waiting.clear();
    d_confusion.assign(channels, djescc::ConfusionMatrix(d_classifier->class_count()));
    d_right.clear();
    for (std::size_t i = 0; i < channels; ++i)
        d_right.push_back(torch::zeros({ draws, d_data.size() }, torch::kFloat64));
}

void ReceiverClassifier::add(const djescc::MeasuredImage& image)
{
    const bool other_size = !d_waiting.empty() && d_waiting.front().decrypted.sizes() !=
                                                      image.decrypted.sizes();
    if (other_size)
        classify();
    d_waiting.push_back(image);
    if (d_waiting.size() >= most_waiting)
        classify();
}

std::vector<ReceivedClasses> ReceiverClassifier::finish()
{
    classify();
    std::vector<ReceivedClasses> all;
    for (std::size_t i = 0; i < d_confusion.size(); ++i) {
        const auto of_draws = d_right[i].mean(1), of_images = d_right[i].mean(0);
        const auto images = static_cast<double>(of_images.numel());
        all.push_back(
            { d_confusion[i].accuracy(),
              normal_quantile * of_images.std().item<double>() / std::sqrt(images),
              std::vector<double>(of_draws.data_ptr<double>(),
                                  of_draws.data_ptr<double>() + d_draws),
              d_confusion[i].macro_f1(),
              d_confusion[i] });
    }
    return all;
}

ReceivedClasses ReceiverClassifier::of_plain(int64_t crop)
{
    begin(1, 1);
    for (int64_t i = 0; i < d_data.size(); ++i) {
        djescc::MeasuredImage image;
        image.image = i;
        image.decrypted = d_data.crops(centre_crops(i, i + 1), crop)[0]
                              .to(d_device)
                              .to(torch::kFloat32)
                              .div(255);
        add(image);
    }
    return finish().front();
}

std::string class_name(const djescc::Classifier& classifier, int64_t label)
{
    const auto names = classifier.class_names();
    const auto at = static_cast<std::size_t>(label);
    if (at < names.size())
        return names[at];
    return "class " + std::to_string(label);
}

std::string ReceiverClassifier::name(const torch::Tensor& picture) const
{
    const auto said = djescc::classify(*d_classifier, picture.unsqueeze(0));
    const auto label = said.labels.item<int64_t>();
    const auto percent = std::lround(100 * said.probabilities[0][label].item<double>());
    return class_name(*d_classifier, label) + " " + std::to_string(percent) + " %";
}

void ReceiverClassifier::classify()
{
    if (d_waiting.empty())
        return;
    std::vector<torch::Tensor> pictures;
    for (const auto& image : d_waiting)
        pictures.push_back(image.decrypted);
    const auto named = djescc::classify(*d_classifier, torch::stack(pictures)).labels;
    for (std::size_t i = 0; i < d_waiting.size(); ++i) {
        const auto& image = d_waiting[i];
        const auto row = static_cast<int64_t>(i);
        const auto label = d_labels.slice(0, image.image, image.image + 1);
        d_confusion[image.channel].add(label, named.slice(0, row, row + 1));
        d_right[image.channel][image.draw][image.image] =
            label.item<int64_t>() == named[row].item<int64_t>() ? 1.0 : 0.0;
    }
    d_waiting.clear();
}
