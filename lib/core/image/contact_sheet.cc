/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws contact sheets with OpenCV.

#include <djescc/error.h>
#include <djescc/image/contact_sheet.h>

#ifdef DJESCC_HAVE_OPENCV
#include "image/opencv_mat.h"
#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <sstream>
#endif

namespace djescc {

namespace {

constexpr int64_t smallest_cell = 32;
constexpr int64_t largest_cell = 4096;

void require_layout(const std::vector<std::string>& column_titles,
                    const std::vector<ContactSheetRow>& rows,
                    int64_t cell_width)
{
    if (column_titles.empty() || rows.empty()) {
        throw ConfigError("a contact sheet needs at least one column and one row");
    }
    for (const auto& row : rows) {
        if (row.images.size() > column_titles.size() ||
            row.captions.size() > column_titles.size()) {
            throw ConfigError("row '" + row.label +
                              "' of the contact sheet has more "
                              "pictures or captions than columns");
        }
    }
    if (cell_width < smallest_cell || cell_width > largest_cell) {
        throw ConfigError("a contact sheet's cells are 32 to 4096 pixels wide, not " +
                          std::to_string(cell_width));
    }
}

} // namespace

#ifdef DJESCC_HAVE_OPENCV

namespace {

const cv::Scalar paper(255, 255, 255);
const cv::Scalar ink(32, 24, 24);

//! Text of one size. OpenCV's Hershey fonts are 21 pixels high at scale 1.
class Writer
{
public:
    explicit Writer(double scale) : d_scale(scale) {}

    //! Width of the longest line in pixels.
    int width(const std::string& text) const
    {
        int widest = 0;
        for (const auto& line : lines(text)) {
            widest = std::max(widest, size(line).width);
        }
        return widest;
    }

    int line_height() const { return cvCeil(34 * d_scale); }

    int height(const std::string& text) const
    {
        return line_height() * static_cast<int>(lines(text).size());
    }

    //! \p left and \p top of the first line's box.
    void write(cv::Mat& sheet, const std::string& text, int left, int top) const
    {
        for (const auto& line : lines(text)) {
            const int baseline = top + cvCeil(25 * d_scale);
            cv::putText(sheet,
                        line,
                        { left, baseline },
                        font,
                        d_scale,
                        ink,
                        thickness(),
                        cv::LINE_AA);
            top += line_height();
        }
    }

    //! The largest scale up to \p scale at which \p text is at most \p width wide.
    static Writer fitting(double scale, const std::string& text, int width)
    {
        const int natural = std::max(Writer(scale).width(text), 1);
        return Writer(std::min(scale, scale * width / natural));
    }

private:
    static constexpr int font = cv::FONT_HERSHEY_SIMPLEX;

    int thickness() const { return std::max(1, cvRound(d_scale * 1.6)); }

    cv::Size size(const std::string& line) const
    {
        int baseline = 0;
        return cv::getTextSize(line, font, d_scale, thickness(), &baseline);
    }

    static std::vector<std::string> lines(const std::string& text)
    {
        std::vector<std::string> result;
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) {
            result.push_back(line);
        }
        return result;
    }

    double d_scale;
};

cv::Mat fitted(const torch::Tensor& image, int cell)
{
    cv::Mat picture = mat_from_tensor(image, "the contact sheet");
    if (picture.channels() == 1) {
        cv::cvtColor(picture, picture, cv::COLOR_GRAY2BGR);
    }
    const int side = std::max(picture.rows, picture.cols);
    cv::Mat result;
    if (side > cell) {
        const auto scaled = [&](int length) {
            return std::max(1, cvRound(static_cast<double>(length) * cell / side));
        };
        cv::resize(picture,
                   result,
                   { scaled(picture.cols), scaled(picture.rows) },
                   0,
                   0,
                   cv::INTER_AREA);
    } else {
        const int factor = cell / side;
        cv::resize(picture, result, {}, factor, factor, cv::INTER_NEAREST);
    }
    return result;
}

//! Measures of a sheet, in pixels.
struct Layout {
    int cell;
    int gap;
    int label_width;
    double text_scale;

    int column(std::size_t index) const
    {
        return label_width + gap + static_cast<int>(index) * (cell + gap);
    }
};

Layout layout_for(const std::vector<ContactSheetRow>& rows, int cell)
{
    // Legible at any size, and about a tenth of a large cell's height in all.
    const double text_scale = std::clamp(cell / 400.0, 0.45, 3.0);
    const int gap = std::max(8, cell / 32);
    int label_width = 0;
    for (const auto& row : rows) {
        label_width = std::max(label_width, Writer(text_scale).width(row.label));
    }
    return { cell, gap, label_width > 0 ? label_width + gap : 0, text_scale };
}

void write_centred(
    cv::Mat& sheet, const std::string& text, double scale, int left, int top, int width)
{
    const auto writer = Writer::fitting(scale, text, width);
    writer.write(sheet, text, left + (width - writer.width(text)) / 2, top);
}

cv::Mat
title_strip(const std::vector<std::string>& titles, const Layout& layout, int width)
{
    int height = 0;
    for (const auto& title : titles) {
        height = std::max(height, Writer(layout.text_scale).height(title));
    }
    cv::Mat strip(height + 2 * layout.gap, width, CV_8UC3, paper);
    for (std::size_t i = 0; i < titles.size(); ++i) {
        write_centred(strip,
                      titles[i],
                      layout.text_scale,
                      layout.column(i),
                      layout.gap,
                      layout.cell);
    }
    return strip;
}

cv::Mat row_strip(const ContactSheetRow& row, const Layout& layout, int width)
{
    const Writer labels(layout.text_scale);
    const double caption_scale = layout.text_scale * 0.85;
    std::vector<cv::Mat> pictures;
    int picture_height = labels.height(row.label);
    for (const auto& image : row.images) {
        pictures.push_back(image.defined() ? fitted(image, layout.cell) : cv::Mat());
        picture_height = std::max(picture_height, pictures.back().rows);
    }
    int caption_height = 0;
    for (const auto& caption : row.captions) {
        caption_height = std::max(caption_height, Writer(caption_scale).height(caption));
    }

    cv::Mat strip(picture_height + caption_height + layout.gap, width, CV_8UC3, paper);
    labels.write(strip,
                 row.label,
                 layout.gap,
                 std::max(0, (picture_height - labels.height(row.label)) / 2));
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        if (!pictures[i].empty()) {
            const cv::Point corner(
                layout.column(i) + (layout.cell - pictures[i].cols) / 2, 0);
            pictures[i].copyTo(strip(cv::Rect(corner, pictures[i].size())));
        }
    }
    for (std::size_t i = 0; i < row.captions.size(); ++i) {
        write_centred(strip,
                      row.captions[i],
                      caption_scale,
                      layout.column(i),
                      picture_height,
                      layout.cell);
    }
    return strip;
}

} // namespace

torch::Tensor contact_sheet(const std::vector<std::string>& column_titles,
                            const std::vector<ContactSheetRow>& rows,
                            int64_t cell_width)
{
    require_layout(column_titles, rows, cell_width);
    const auto layout = layout_for(rows, static_cast<int>(cell_width));
    const int width = layout.column(column_titles.size());
    std::vector<cv::Mat> strips{ title_strip(column_titles, layout, width) };
    for (const auto& row : rows) {
        strips.push_back(row_strip(row, layout, width));
    }
    cv::Mat sheet;
    cv::vconcat(strips, sheet);
    return tensor_from_mat(sheet, 3, "the contact sheet");
}

#else

torch::Tensor contact_sheet(const std::vector<std::string>& column_titles,
                            const std::vector<ContactSheetRow>& rows,
                            int64_t cell_width)
{
    require_layout(column_titles, rows, cell_width);
    throw ImageError(
        "a contact sheet cannot be drawn: this djescc was built without "
        "OpenCV");
}

#endif

} // namespace djescc
