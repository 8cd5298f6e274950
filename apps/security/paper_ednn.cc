/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Holds the EDNN paper's figures, and prints them beside those of a run.

#include "security/paper_ednn.h"

#include "text_table.h"
#include <algorithm>
#include <cctype>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

//! What the paper prints of an image; NaN where it does not.
struct PaperImage {
    const char* name;
    double psnr_db;  //!< Fig. 2
    double plain[3]; //!< Table 1: horizontal, vertical, diagonal
    double cipher[3];
    double npcr, uaci; //!< Table 2, in per cent
};

constexpr PaperImage paper[] = {
    { "House",
      38.2129,
      { 0.9092, 0.9403, 0.9403 },
      { 0.0016, -0.0019, 0.0012 },
      none,
      none },
    { "Pagodas",
      30.9388,
      { 0.8094, 0.8379, 0.7543 },
      { -0.0017, 0.0037, -0.0046 },
      none,
      none },
    { "Bridge",
      33.3939,
      { 0.7995, 0.8348, 0.7619 },
      { -0.0049, -0.0052, -0.0035 },
      99.9800,
      33.4365 },
    { "Mandrill", none, { none, none, none }, { none, none, none }, 99.9875, 33.4600 },
    { "Peppers", none, { none, none, none }, { none, none, none }, 99.9900, 33.4589 },
};

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

//! Figures of the image whose name contains the paper's; null where there is none.
json find(const json& run, const std::string& name)
{
    for (const auto& image : run.at("images"))
        if (lower(image.at("image")).find(lower(name)) != std::string::npos)
            return image;
    return {};
}

void print_quality(const json& run, std::ostream& out)
{
    out << "\nFig. 2: PSNR in dB of the decrypted image\n";
    TextTable table({ "image", "paper", "ours" });
    for (const auto& entry : paper) {
        const auto image = find(run, entry.name);
        table.add({ entry.name,
                    format_number(entry.psnr_db, 2),
                    image.is_null() ? "not at hand"
                                    : format_number(image["decrypted"]["psnr_db"], 2) });
    }
    table.print(out, "  ");
}

void print_table_1(const json& run, std::ostream& out)
{
    out << "\nTable 1: correlation of neighbours, paper | ours\n";
    TextTable table({ "image", "of", "horizontal", "vertical", "diagonal" });
    const std::vector<std::string> directions{ "horizontal", "vertical", "diagonal" };
    for (const auto& entry : paper) {
        const auto image = find(run, entry.name);
        for (const std::string of : { "plain", "cipher" }) {
            std::vector<std::string> cells{ entry.name, of };
            for (std::size_t i = 0; i < directions.size(); ++i) {
                const double printed = of == "plain" ? entry.plain[i] : entry.cipher[i];
                cells.push_back(
                    format_number(printed, 4) + " | " +
                    (image.is_null()
                         ? "-"
                         : format_number(image["correlation"][directions[i]][of], 4)));
            }
            table.add(cells);
        }
    }
    table.print(out, "  ");
}

//! "NPCR / UACI" of the first difference that fits, in per cent.
std::string difference(const json& image, bool of_key, const std::string& quantiser)
{
    if (image.is_null())
        return "-";
    for (const auto& row : image.at("differences")) {
        const bool is_key =
            row["change"].get<std::string>().find("pixel") == std::string::npos;
        if (is_key == of_key && row["quantiser"] == quantiser)
            return format_number(100 * row["npcr"].get<double>(), 4) + " / " +
                   format_number(100 * row["uaci"].get<double>(), 4);
    }
    return "-";
}

void print_table_2(const json& run, std::ostream& out)
{
    out << "\nTable 2: NPCR / UACI in per cent\n";
    TextTable table({ "image",
                      "paper",
                      "ours: pixel, 8 bits",
                      "pixel, not quantised",
                      "key, 8 bits",
                      "key, not quantised" });
    for (const auto& entry : paper) {
        if (!(entry.npcr > 0))
            continue;
        const auto image = find(run, entry.name);
        const std::string bits = "round(255 p)";
        table.add({ entry.name,
                    format_number(entry.npcr, 4) + " / " + format_number(entry.uaci, 4),
                    difference(image, false, bits),
                    difference(image, false, "none"),
                    difference(image, true, bits),
                    difference(image, true, "none") });
    }
    table.print(out, "  ");
}

constexpr char explanation[] = R"(
Why figures differ
  PSNR       The paper does not say how its images were made 128x128, and Algorithm 2 does
             not work as printed (docs/ednn.md lists the corrections).
  Table 1    8000 random pairs of unrelated values have a standard deviation of 0.011: the
             paper's digits are those of one sample of zero, and so are most of ours.
  Table 2    The paper does not say what was changed nor how values became 8-bit ones. A
             changed pixel changes one block of four, by less than a level of 8 bits, so
             its NPCR cannot be above 25 %, nor anywhere near it after quantisation. NPCR
             near 100 % comes out when the key is changed and values are compared without
             quantisation. UACI near 33.46 % is what independent uniform 8-bit images have.
             Values here are not uniform, so no change of the key gives it.
             NPCR of 99.98 % would also be too high for random 8-bit images: their mean is
             255/256 = 99.61 %, with a standard deviation of 0.03 % at 200x200.
)";

} // namespace

void print_ednn_paper(const json& run, std::ostream& out)
{
    out << "\nBeside the paper: Wang and Zhang, Signal Processing 196 (2022)\n";
    print_quality(run, out);
    print_table_1(run, out);
    print_table_2(run, out);
    out << explanation;
}
