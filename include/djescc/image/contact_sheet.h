/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures side by side in one picture, with titles and captions. */
#pragma once

#include <djescc/export.h>
#include <string>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! One row of a contact sheet: a label at its left and a picture for each column.
struct ContactSheetRow {
    std::string label; //!< "\n" starts another line
    std::vector<torch::Tensor>
        images; //!< 1 or 3 x H x W in [0, 1]; undefined: left empty
    std::vector<std::string> captions; //!< a line below each picture; may be shorter
};

/*! Pictures in a grid with titles, labels and captions, dark text on white.
 *
 *  Each picture keeps its aspect ratio and fits a square of \p cell_width pixels: larger
 *  ones are averaged down, smaller ones enlarged by a whole factor without smoothing, so
 *  that a 32 x 32 picture shows its pixels.
 *  \param column_titles  one for each column
 *  \param rows           no row has more pictures than there are titles
 *  \param cell_width     pixels, 32 to 4096
 *  \return 3 x H x W float32 in [0, 1], ready for write_png()
 *  \throws ConfigError for no column, no row, a row with too many pictures or another
 *          cell width
 *  \throws ImageError for a picture of another shape, or when the library was built
 *          without OpenCV
 */
torch::Tensor contact_sheet(const std::vector<std::string>& column_titles,
                            const std::vector<ContactSheetRow>& rows,
                            int64_t cell_width = 256);

} // namespace djescc
