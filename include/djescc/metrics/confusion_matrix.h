/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a classifier takes pictures for, against what they show: accuracy and F1. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

//! Counts of pictures by their class and by the class that a classifier names.
class ConfusionMatrix
{
public:
    //! \throws ConfigError for less than one class
    explicit ConfusionMatrix(int64_t classes);

    /*! \param labels  N int64 on the CPU, what pictures show, 0 to classes - 1
     *  \param named   N int64 on the CPU, what they are taken for
     *  \throws ConfigError for classes out of range, or other shapes */
    void add(const torch::Tensor& labels, const torch::Tensor& named);

    //! classes x classes int64: a row for each class, a column for each that is named.
    const torch::Tensor& counts() const { return d_counts; }

    //! Part of the pictures that are named rightly, 0 to 1; NaN of none.
    double accuracy() const;

    /*! Mean over the classes of F1, the harmonic mean of a class's precision and recall;
     *  0 to 1. Classes that are neither shown nor named are left out; NaN of none. */
    double macro_f1() const;

private:
    torch::Tensor d_counts;
};

} // namespace djescc
