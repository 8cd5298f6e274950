/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Figures of single frames and their means, as tables and JSON.

#include "simulation/frame_result.h"

#include "snr_list.h"
#include "text_table.h"
#include <algorithm>
#include <cmath>
#include <ostream>

namespace {

// A table of more rows than this tells a reader less than the means.
constexpr std::size_t most_rows = 100;
constexpr int psnr_decimals = 2;
constexpr int ssim_decimals = 3;
constexpr int uses_decimals = 4;
constexpr int seconds_decimals = 3;

nlohmann::json number(double value)
{
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

nlohmann::json to_json(const Quality& quality)
{
    return { { "psnr_db", number(quality.psnr_db) }, { "ssim", number(quality.ssim) } };
}

void add_cells(std::vector<std::string>& row, const Quality& quality)
{
    row.push_back(format_number(quality.psnr_db, psnr_decimals));
    row.push_back(format_number(quality.ssim, ssim_decimals));
}

//! Mean over the frames for which a figure was measured.
class Mean
{
public:
    void add(double value)
    {
        if (std::isnan(value))
            return;
        d_sum += value;
        d_count++;
    }
    double value() const { return d_sum / d_count; } // NaN where there is none

private:
    double d_sum = 0;
    double d_count = 0;
};

struct MeanQuality {
    Mean psnr_db, ssim;
    void add(const Quality& quality)
    {
        psnr_db.add(quality.psnr_db);
        ssim.add(quality.ssim);
    }
    Quality value() const { return { psnr_db.value(), ssim.value() }; }
};

struct SnrMeans {
    int64_t count = 0, outages = 0;
    MeanQuality decrypted, protected_, decoded;
    Mean uses, seconds;
};

std::vector<std::string> figure_titles()
{
    return { "PSNR dB", "SSIM", "protected", "SSIM", "decoded", "SSIM" };
}

std::vector<std::string> titles(std::vector<std::string> first,
                                const std::vector<std::string>& last)
{
    for (const auto& list : { figure_titles(), last })
        first.insert(first.end(), list.begin(), list.end());
    return first;
}

bool any_outage(const std::vector<FrameResult>& frames)
{
    return std::any_of(
        frames.begin(), frames.end(), [](const auto& frame) { return frame.outage; });
}

//! Titles of the last columns: that of outages only where there are any.
std::vector<std::string> last_titles(const std::vector<FrameResult>& frames,
                                     std::vector<std::string> usual,
                                     const char* outage)
{
    if (any_outage(frames))
        usual.push_back(outage);
    return usual;
}

void print_frames(const std::vector<FrameResult>& frames, std::ostream& out)
{
    TextTable table(
        titles({ "picture", "SNR dB" },
               last_titles(frames, { "symbols", "uses/px", "seconds" }, "outage")));
    for (std::size_t i = 0; i < frames.size(); i++) {
        const auto& frame = frames[i];
        if (i > 0 && frame.snr_db != frames[i - 1].snr_db)
            table.rule();
        std::vector<std::string> row{ frame.image, format_snr(frame.snr_db) };
        add_cells(row, frame.decrypted);
        add_cells(row, frame.protected_);
        add_cells(row, frame.decoded);
        row.push_back(std::to_string(frame.symbols));
        row.push_back(format_number(frame.channel_uses_per_pixel, uses_decimals));
        row.push_back(format_number(frame.seconds, seconds_decimals));
        if (any_outage(frames))
            row.push_back(frame.outage ? "yes" : "");
        table.add(std::move(row));
    }
    table.print(out);
}

void print_means(const std::vector<FrameResult>& frames, std::ostream& out)
{
    std::vector<double> order;
    std::map<double, SnrMeans> means;
    for (const auto& frame : frames) {
        if (means.find(frame.snr_db) == means.end())
            order.push_back(frame.snr_db);
        auto& mean = means[frame.snr_db];
        mean.count++;
        mean.outages += frame.outage ? 1 : 0;
        mean.decrypted.add(frame.decrypted);
        mean.protected_.add(frame.protected_);
        mean.decoded.add(frame.decoded);
        mean.uses.add(frame.channel_uses_per_pixel);
        mean.seconds.add(frame.seconds);
    }
    TextTable table(titles({ "SNR dB", "frames" },
                           last_titles(frames, { "uses/px", "seconds" }, "outages")));
    for (const double snr_db : order) {
        const auto& mean = means.at(snr_db);
        std::vector<std::string> row{ format_snr(snr_db), std::to_string(mean.count) };
        add_cells(row, mean.decrypted.value());
        add_cells(row, mean.protected_.value());
        add_cells(row, mean.decoded.value());
        row.push_back(format_number(mean.uses.value(), uses_decimals));
        row.push_back(format_number(mean.seconds.value(), seconds_decimals));
        if (any_outage(frames))
            row.push_back(std::to_string(mean.outages));
        table.add(std::move(row));
    }
    table.print(out);
}

} // namespace

nlohmann::json to_json(const std::vector<FrameResult>& frames)
{
    auto list = nlohmann::json::array();
    for (const auto& frame : frames)
        list.push_back({ { "image", frame.image },
                         { "snr_db", frame.snr_db },
                         { "psnr_db", number(frame.decrypted.psnr_db) },
                         { "ssim", number(frame.decrypted.ssim) },
                         { "protected", to_json(frame.protected_) },
                         { "decoded", to_json(frame.decoded) },
                         { "outage", frame.outage },
                         { "symbols", frame.symbols },
                         { "channel_uses_per_pixel", frame.channel_uses_per_pixel },
                         { "seconds", frame.seconds } });
    return { { "frames", list } };
}

void print_results(const std::vector<FrameResult>& frames, std::ostream& out)
{
    out << "PSNR and SSIM against the plain picture: of the decrypted picture, of the "
           "protected one,\nand of what the provider decodes.\n\n";
    if (frames.size() <= most_rows) {
        print_frames(frames, out);
        out << '\n';
    }
    out << "Means\n";
    print_means(frames, out);
}
