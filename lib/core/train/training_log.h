/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  log.csv of a training run, whose columns its parts name. */
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace djescc {

/*! A table in a CSV file, appended to as a run goes on. The first column is "step". */
class TrainingLog
{
public:
    /*! \param columns      names, "step" first
     *  \param resume_step  keep earlier rows up to this step, under whichever columns
     *                      they have; columns that the run has no more stay at the end,
     *                      empty from now on. Negative: start afresh
     *  \throws Error where the file cannot be written */
    TrainingLog(const std::string& path,
                const std::vector<std::string>& columns,
                int64_t resume_step);

    //! Values by column, to six digits; missing ones and NaN become empty fields.
    //! \throws Error where the file cannot be written
    void write(int64_t step, const std::map<std::string, double>& values);

private:
    void flush();

    const std::string d_path;
    std::vector<std::string> d_columns;
    std::ofstream d_stream;
};

} // namespace djescc
