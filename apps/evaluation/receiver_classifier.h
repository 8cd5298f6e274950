/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a classifier makes of the pictures that a recipient gets. */
#pragma once

#include <djescc/data/dataset.h>
#include <djescc/eval/evaluation.h>
#include <djescc/loss/classifier.h>
#include <djescc/metrics/confusion_matrix.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

//! How a classifier did over a data set, 0 to 1.
struct ReceivedClasses {
    double accuracy = 0;
    //! Half of the 95 % confidence interval over pictures, draws of one counting as one.
    double accuracy_interval = 0;
    std::vector<double> accuracy_of_draws; //!< of each pass over the data set
    double macro_f1 = 0;
    djescc::ConfusionMatrix confusion{ 1 };
};

//! Figures under the names that docs/command.md has.
nlohmann::json to_json(const ReceivedClasses& classification);

/*! What classes are called: "class_names" of the classifier's manifest, else their
 *  numbers. */
std::string class_name(const djescc::Classifier& classifier, int64_t label);

//! Runs a classifier over received pictures, many at a time.
class ReceiverClassifier
{
public:
    /*! \param data  its pictures and their classes; outlives this
     *  \throws djescc::ConfigError for data without classes, or of other ones */
    ReceiverClassifier(std::shared_ptr<djescc::Classifier> classifier,
                       const djescc::Dataset& data,
                       torch::Device device);

    //! Begin with a new row of results.
    //! \param draws  times that each picture is sent
    void begin(std::size_t channels, int64_t draws);
    //! A picture that came out of the chain, in any order.
    void add(const djescc::MeasuredImage& image);
    //! One for each channel.
    std::vector<ReceivedClasses> finish();

    //! What it makes of the pictures before they are sent.
    //! \param crop  side of the centre crops that are sent; 0: whole pictures
    ReceivedClasses of_plain(int64_t crop);

    //! "dog 93 %": the class of a picture, C x H x W, and how probable it is.
    std::string name(const torch::Tensor& picture) const;

private:
    void classify();

    std::shared_ptr<djescc::Classifier> d_classifier;
    const djescc::Dataset& d_data;
    torch::Device d_device;
    torch::Tensor d_labels;
    int64_t d_draws = 1;
    std::vector<djescc::MeasuredImage> d_waiting;
    std::vector<djescc::ConfusionMatrix> d_confusion;
    std::vector<torch::Tensor> d_right; //!< channels of draws x images, 1 or 0
};
