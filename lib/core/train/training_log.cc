/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/training_log.h"

#include <cmath>
#include <djescc/error.h>
#include <iomanip>
#include <sstream>

namespace djescc {
namespace {

const char* const header =
    "step,images,seconds,images_per_second,learning_rate,loss,distortion,features,"
    "structure,ssim_term,contrast_term,wrong_key_term,psnr_db,ssim,protected_ssim,"
    "decoded_ssim";

// Rows of an earlier part of the run, without those after the checkpoint.
std::string earlier_rows(const std::string& path, int64_t last_step)
{
    std::ifstream stream(path);
    std::ostringstream kept;
    std::string line;
    std::getline(stream, line);
    while (std::getline(stream, line))
        if (std::strtoll(line.c_str(), nullptr, 10) <= last_step)
            kept << line << '\n';
    return kept.str();
}

} // namespace

TrainingLog::TrainingLog(const std::string& path, int64_t resume_step)
{
    const auto rows = resume_step < 0 ? std::string() : earlier_rows(path, resume_step);
    d_stream.open(path, std::ios::trunc);
    if (!d_stream)
        throw Error(path + ": cannot be written");
    d_stream << header << '\n' << rows << std::flush;
}

void TrainingLog::write(const LogRow& row)
{
    d_stream << row.step << ',' << row.images;
    for (const double value : { row.seconds,
                                row.images_per_second,
                                row.learning_rate,
                                row.loss,
                                row.distortion,
                                row.features,
                                row.structure,
                                row.ssim_term,
                                row.contrast_term,
                                row.wrong_key_term,
                                row.psnr_db,
                                row.ssim,
                                row.protected_ssim,
                                row.decoded_ssim }) {
        d_stream << ',';
        if (!std::isnan(value))
            d_stream << std::setprecision(6) << value;
    }
    d_stream << '\n' << std::flush;
}

} // namespace djescc
