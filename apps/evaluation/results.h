/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What `djescc evaluate` measured, as a table, JSON and CSV. */
#pragma once

#include "evaluation/receiver_classifier.h"
#include "plot/psnr_plot.h"
#include <array>
#include <djescc/eval/evaluation.h>
#include <djescc/model/model.h>
#include <iosfwd>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

//! A model and what tables and plots call it.
struct NamedModel {
    std::unique_ptr<djescc::Model> model;
    std::string name; //!< with the directory where two models have one name
};

//! \throws djescc::ModelError as djescc::Model
std::vector<NamedModel> open_models(const std::vector<std::string>& directories);

//! What one row of the table is measured at.
struct EvaluationCase {
    std::string snr; //!< as tables show it
    std::array<double, 2> snr_db{ 0, 0 };
    double erased = 0; //!< percent of symbols that are lost
};

//! What a row stands for.
enum class RowKind {
    model,
    digital,  //!< a model of codec `separate`
    envelope, //!< the best of several digital ones
    bound     //!< Shannon's
};

struct EvaluationResult {
    std::string model; //!< its name, or what the row is
    EvaluationCase at;
    djescc::ChainQuality quality;
    RowKind kind = RowKind::model;
    std::string bandwidth_ratio{}; //!< of digital rows, envelopes and bounds, "1/6"
    std::string best{};            //!< of an envelope: the model that it takes here
    int64_t sent = 0;              //!< images times draws
    //! Pictures of the contact sheet by their number, where it shows this row.
    std::map<int64_t, djescc::MeasuredImage> shown{};
    //! What a classifier makes of the decrypted pictures, where one is given.
    std::optional<ReceivedClasses> classified{};
};

//! \param argmax  whether there is a column of djescc::argmax_agreement()
void print_results(const std::vector<EvaluationResult>& results,
                   bool argmax,
                   std::ostream& out);

//! One line: what the classifier tells of the pictures as they are.
void print_plain_classification(const ReceivedClasses& plain, std::ostream& out);

//! A row for each class, a column for each that is named.
void print_confusion(const std::string& title,
                     const djescc::ConfusionMatrix& confusion,
                     std::ostream& out);

//! "model, 5 dB SNR", and what is lost where anything is.
std::string row_title(const EvaluationResult& result);

//! A list of rows; docs/command.md has their keys.
nlohmann::json to_json(const std::vector<EvaluationResult>& results);

//! A row for each result.
//! \throws djescc::Error that names the file
void write_csv(const std::vector<EvaluationResult>& results, const std::string& path);

/*! The row's name in plots and on sheets.
 *  \param results  among which it stands: what is lost is told where anything is */
std::string curve_name(const EvaluationResult& result,
                       const std::vector<EvaluationResult>& results);

//! A curve for each model and part of the symbols that is lost.
std::vector<PlotCurve> to_curves(const std::vector<EvaluationResult>& results);
