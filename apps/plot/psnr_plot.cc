/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes the gnuplot script for curves of PSNR over SNR.

#include "plot/psnr_plot.h"

#include "json_file.h"
#include "plot/gnuplot.h"
#include <algorithm>
#include <cmath>
#include <djescc/files/config.h>
#include <locale>
#include <map>
#include <sstream>

namespace {

// Okabe and Ito's colours, which colour-blind readers can tell apart, without the yellow,
// which is too faint on white.
constexpr std::array<const char*, 7> colours{ "#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                              "#56b4e9", "#e69f00", "#000000" };
// gnuplot's filled marks, and for references its open ones
constexpr std::array<int, 5> marks{ 7, 5, 9, 13, 11 };
constexpr std::array<int, 5> reference_marks{ 6, 4, 8, 12, 10 };
// Lines that stand back, told apart by shade and dashes.
constexpr std::array<const char*, 7> thin_lines{
    "dt 1 lc rgb '#999999'", "dt 2 lc rgb '#5f87af'", "dt 1 lc rgb '#5f87af'",
    "dt 2 lc rgb '#b8783c'", "dt 1 lc rgb '#b8783c'", "dt 2 lc rgb '#6f9f6f'",
    "dt 1 lc rgb '#6f9f6f'"
};
// A longer key stands beside the curves: below them it would leave no room.
constexpr std::size_t longest_key_below = 5;

template <typename T, std::size_t N>
T cyclic(const std::array<T, N>& values, std::size_t i)
{
    return values[i % N];
}

//! The commands of one plot: data blocks, and the parts of `plot`.
class Script
{
public:
    Script() { d_data.imbue(std::locale::classic()); }

    //! \return name of a new data block, to be filled by row() and ended by end()
    std::string begin()
    {
        const std::string name = "$data" + std::to_string(d_blocks++);
        d_data << name << " << EOD\n";
        return name;
    }
    void row(double x, double y, double interval = 0)
    {
        if (std::isfinite(x) && std::isfinite(y))
            d_data << x << ' ' << y << ' ' << (std::isfinite(interval) ? interval : 0.0)
                   << '\n';
    }
    void end() { d_data << "EOD\n"; }

    void draw(const std::string& part, const std::string& name)
    {
        d_parts +=
            (d_parts.empty() ? "plot " : ", ") + part + " title " + gnuplot_string(name);
    }

    std::string text() const { return d_data.str() + d_parts + '\n'; }

private:
    std::ostringstream d_data;
    std::string d_parts;
    int d_blocks = 0;
};

std::string colour(std::size_t i)
{
    return " lc rgb " + gnuplot_string(cyclic(colours, i));
}

//! \param index  of the curve among those of its style
std::string drawing(CurveStyle style, std::size_t index)
{
    switch (style) {
    case CurveStyle::thin:
        return std::string("using 1:2 with lines lw 2 ") + cyclic(thin_lines, index);
    case CurveStyle::thick:
        return "using 1:2 with lines lw 4 dt " + std::to_string(index + 1) +
               " lc rgb '#000000'";
    case CurveStyle::dashed:
        return "using 1:2 with lines lw 3 dt " + std::to_string(index + 2) +
               " lc rgb '#888888'";
    default:
        return "using 1:2:3 with yerrorlines lw 2 ps 1.2 pt " +
               std::to_string(cyclic(marks, index)) + colour(index);
    }
}

void draw_curve(Script& script, const PlotCurve& curve, std::size_t index)
{
    const auto block = script.begin();
    for (const auto& point : curve.points)
        script.row(point.snr_db, point.psnr_db, point.interval);
    script.end();
    script.draw(block + ' ' + drawing(curve.style, index), curve.name);
}

//! Each curve, those that stand back first, with its number among those of its style.
std::map<std::string, std::size_t> draw_curves(Script& script,
                                               const std::vector<PlotCurve>& curves)
{
    std::map<std::string, std::size_t> marked;
    for (const auto style : { CurveStyle::thin,
                              CurveStyle::thick,
                              CurveStyle::dashed,
                              CurveStyle::marked }) {
        std::size_t index = 0;
        for (const auto& curve : curves) {
            if (curve.style != style)
                continue;
            if (style == CurveStyle::marked)
                marked[curve.name] = index;
            draw_curve(script, curve, index++);
        }
    }
    return marked;
}

void draw_reference(Script& script, const PlotReference& reference, std::size_t index)
{
    const auto block = script.begin();
    for (const auto& [snr_db, psnr_db] : reference.points)
        script.row(snr_db, psnr_db);
    if (reference.points.empty())
        for (const double snr_db : reference.snr_db)
            script.row(snr_db, reference.psnr_db);
    script.end();
    const std::string style =
        reference.points.empty()
            ? "lines dt 2 lw 2"
            : "points lw 2 ps 1.6 pt " + std::to_string(cyclic(reference_marks, index));
    script.draw(block + " using 1:2 with " + style + colour(index), reference.name);
}

PlotReference read_reference(const nlohmann::json& json, const std::string& where)
{
    djescc::ConfigReader reader(json, where);
    PlotReference reference;
    reference.name = reader.require<std::string>("label");
    reference.curve = reader.get<std::string>("model", "");
    if (reader.has("points")) {
        reference.points = reader.require<std::vector<std::array<double, 2>>>("points");
        if (reference.points.empty())
            throw djescc::ConfigError(reader.where("points") + " holds none");
    } else {
        reference.psnr_db = reader.require<double>("psnr_db");
        reference.snr_db = reader.require<std::array<double, 2>>("snr_db");
    }
    reader.finish();
    return reference;
}

} // namespace

std::vector<PlotReference> read_references(const std::string& path)
{
    djescc::ConfigReader reader(read_json_file(path), path);
    reader.get<std::string>("source", "");
    const auto series = reader.require<nlohmann::json>("series");
    reader.finish();
    if (!series.is_array())
        throw djescc::ConfigError(reader.where("series") + " is not a list");
    std::vector<PlotReference> references;
    for (const auto& json : series)
        references.push_back(read_reference(json,
                                            reader.where("series") + "[" +
                                                std::to_string(references.size()) + "]"));
    return references;
}

void write_psnr_plot(const std::string& title,
                     const std::vector<PlotCurve>& curves,
                     const std::vector<PlotReference>& references,
                     const std::string& stem)
{
    const auto drawable = [](const PlotPoint& point) {
        return std::isfinite(point.psnr_db);
    };
    const auto has_points = [&](const PlotCurve& curve) {
        return std::any_of(curve.points.begin(), curve.points.end(), drawable);
    };
    if (std::none_of(curves.begin(), curves.end(), has_points))
        throw djescc::Error("there is nothing to plot: no PSNR is finite");
    Script script;
    const auto marked = draw_curves(script, curves);
    std::size_t next = marked.size();
    for (const auto& reference : references) {
        const auto found = marked.find(reference.curve);
        draw_reference(script, reference, found != marked.end() ? found->second : next++);
    }
    const bool key_below = curves.size() + references.size() <= longest_key_below;
    write_plots("set encoding utf8\nset title " + gnuplot_string(title) +
                    "\n"
                    "set xlabel 'SNR (Es/N0) in dB'\n"
                    "set ylabel 'mean PSNR of decrypted pictures in dB'\n"
                    "set offsets graph 0.02, graph 0.02, graph 0.05, graph 0.05\n"
                    "set autoscale xfix\n"
                    "set grid lt 1 lc rgb '#dddddd'\n"
                    "set key " +
                    std::string(key_below ? "below left" : "outside right top") +
                    " vertical maxcols 1 Left reverse samplen 3\n" + script.text(),
                stem);
}
