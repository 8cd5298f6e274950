/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace djescc {

//! One row of log.csv; NaN is written as an empty field.
struct LogRow {
    int64_t step, images;
    double seconds, images_per_second, learning_rate, loss, distortion, features,
        structure, ssim_term, contrast_term, wrong_key_term;
    double psnr_db, ssim, protected_ssim, decoded_ssim;
};

/*! log.csv of a training run, appended to as it goes. */
class TrainingLog
{
public:
    /*! \param resume_step  keep earlier rows up to this step; negative: start afresh
     *  \throws Error where the file cannot be written */
    TrainingLog(const std::string& path, int64_t resume_step);
    void write(const LogRow& row);

private:
    std::ofstream d_stream;
};

} // namespace djescc
