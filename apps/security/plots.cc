/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws histograms as SVG and scatter plots as pictures.

#include "security/plots.h"

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <torch/utils.h>

namespace {

constexpr int64_t levels = 256;
constexpr int width = 320, height = 150, margin = 22;

} // namespace

std::string escape_markup(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::string histogram_svg(const torch::Tensor& counts, const std::string& title)
{
    const auto* count = counts.data_ptr<int64_t>();
    const int64_t largest =
        std::max<int64_t>(1, *std::max_element(count, count + levels));
    const double step = static_cast<double>(width - 2 * margin) / levels;
    const double scale =
        static_cast<double>(height - 2 * margin) / static_cast<double>(largest);
    std::ostringstream svg;
    svg << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width << "\" height=\""
        << height << "\" viewBox=\"0 0 " << width << ' ' << height
        << "\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" "
           "height=\"100%\" fill=\"white\"/>\n<text x=\""
        << width / 2 << "\" y=\"14\" text-anchor=\"middle\">" << escape_markup(title)
        << "</text>\n<path fill=\"#356\" d=\"";
    for (int64_t i = 0; i < levels; ++i) {
        const double bar = scale * static_cast<double>(count[i]);
        if (bar > 0)
            svg << 'M' << margin + step * static_cast<double>(i) << ' ' << height - margin
                << 'v' << -bar << 'h' << step << 'v' << bar << 'z';
    }
    svg << "\"/>\n<path stroke=\"black\" fill=\"none\" d=\"M" << margin << ' '
        << height - margin << 'H' << width - margin << "\"/>\n<text x=\"" << margin
        << "\" y=\"" << height - 8 << "\" text-anchor=\"middle\">0</text>\n<text x=\""
        << width - margin << "\" y=\"" << height - 8
        << "\" text-anchor=\"middle\">255</text>\n<text x=\"" << margin << "\" y=\""
        << margin + 4 << "\">" << largest << "</text>\n</svg>\n";
    return svg.str();
}

torch::Tensor scatter_picture(const torch::Tensor& pairs)
{
    const auto place = pairs.clamp(0, 1).mul(levels - 1).round().to(torch::kInt64);
    const auto cell = (levels - 1 - place[1]) * levels + place[0];
    const auto counts = torch::bincount(cell, {}, levels * levels).to(torch::kFloat32);
    // one pair is grey already, more are darker
    const auto ink = torch::where(
        counts > 0, 0.45 + 0.55 * (counts / 4).clamp_max(1), torch::zeros_like(counts));
    auto picture = (1 - ink).view({ 1, levels, levels }).repeat({ 3, 1, 1 });
    for (const int64_t edge : { int64_t{ 0 }, levels - 1 }) {
        picture.select(1, edge).fill_(0.6);
        picture.select(2, edge).fill_(0.6);
    }
    return picture;
}
