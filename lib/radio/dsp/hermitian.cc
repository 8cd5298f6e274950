/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Inversion by Cholesky decomposition. */

#include "radio/dsp/hermitian.h"

#include "radio/dsp/complex_product.h"

#include <cmath>

namespace gr {
namespace djescc {

void invert_hermitian(std::vector<std::complex<double>>& matrix, size_t size)
{
    using complex = std::complex<double>;
    const auto at = [&](size_t row, size_t column) -> complex& {
        return matrix[row * size + column];
    };
    // matrix = L L^H, L in the lower triangle
    for (size_t row = 0; row < size; row++) {
        for (size_t column = 0; column <= row; column++) {
            complex sum = at(row, column);
            for (size_t i = 0; i < column; i++) {
                sum -= product(at(row, i), std::conj(at(column, i)));
            }
            at(row, column) = column == row ? complex(std::sqrt(sum.real()))
                                            : sum / at(column, column).real();
        }
    }
    // L^-1 in place of L
    for (size_t column = 0; column < size; column++) {
        at(column, column) = 1.0 / at(column, column).real();
        for (size_t row = column + 1; row < size; row++) {
            complex sum = 0.0;
            for (size_t i = column; i < row; i++) {
                sum -= product(at(row, i), at(i, column));
            }
            at(row, column) = sum / at(row, row).real();
        }
    }
    // The inverse is L^-H L^-1: first its upper triangle, from products of columns.
    for (size_t row = 0; row < size; row++) {
        for (size_t column = row; column < size; column++) {
            complex sum = 0.0;
            for (size_t i = column; i < size; i++) {
                sum += product(std::conj(at(i, row)), at(i, column));
            }
            at(row, column) = sum;
        }
        for (size_t column = 0; column < row; column++) {
            at(row, column) = std::conj(at(column, row));
        }
    }
}

} // namespace djescc
} // namespace gr
