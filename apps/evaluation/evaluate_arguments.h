/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What `djescc evaluate` is asked to measure, and what follows before it does. */
#pragma once

#include "evaluation/results.h"
#include <cstdint>
#include <djescc/data/dataset.h>
#include <djescc/eval/evaluation.h>
#include <djescc/net/device.h>
#include <memory>
#include <string>
#include <vector>

//! The options of the command line.
struct EvaluateArguments {
    std::string input, classifier, snr, erased = "0", json, csv, plot, reference, sheet,
                                        sheet_snr;
    std::vector<int64_t> sheet_pictures{ 1 }; //!< from 1
    bool envelope = false, shannon = false, confusion = false, grey = false,
         argmax = false;
    std::vector<std::string> models;
    std::vector<double> snr_range;
    std::vector<std::string> cifar10;
    int64_t limit = 0;
    djescc::MeasureOptions measure;
    djescc::RuntimeOptions runtime;
};

/*! The pictures; a folder's are sent one by one.
 *  \throws djescc::ConfigError unless one source is given */
std::unique_ptr<djescc::Dataset> open_data(EvaluateArguments& arguments);

//! SNRs and losses of a model's rows.
//! \throws djescc::ConfigError for options that contradict each other
std::vector<EvaluationCase> cases(const EvaluateArguments& arguments,
                                  const djescc::Model& model);

//! The table's first line.
std::string describe(const djescc::Dataset& data, const EvaluateArguments& arguments);

/*! What --plot needs, before the work begins.
 *  \return what is drawn beside the curves */
std::vector<PlotReference> prepare_plot(const EvaluateArguments& arguments);

//! The contact sheet's pictures, from 0.
//! \throws djescc::ConfigError for one that is not there
std::vector<int64_t> sheet_pictures(const EvaluateArguments& arguments,
                                    const djescc::Dataset& data);

//! The SNRs of the contact sheet's columns, none without a sheet.
std::vector<double> sheet_snrs(const EvaluateArguments& arguments);
