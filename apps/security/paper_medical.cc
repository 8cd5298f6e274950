/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Holds the medical paper's figures, and prints them beside those of a run.

#include "security/paper_medical.h"

#include "text_table.h"
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <utility>

namespace {

using nlohmann::json;

constexpr char eight_bits[] = "round(255 p)";

//! Mean over the images; those of which there is no such figure are left out.
double mean_of(const json& run, const std::function<json(const json& image)>& figure)
{
    double sum = 0;
    int count = 0;
    for (const auto& image : run.at("images")) {
        const auto value = figure(image);
        if (!value.is_number())
            continue;
        sum += value.get<double>();
        ++count;
    }
    return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

//! Of an image's list \p rows, entry \p figure of the row whose \p key is \p value.
json entry_of(const json& image,
              const char* rows,
              const char* key,
              const std::string& value,
              const char* figure,
              const char* quantiser = nullptr)
{
    for (const auto& row : image.at(rows))
        if (row.at(key) == value &&
            (quantiser == nullptr || row.at("quantiser") == quantiser))
            return row.at(figure);
    return {};
}

//! Mean over the images and the changes of their keys.
double with_wrong_keys(const json& run, const char* figure)
{
    return mean_of(run, [&](const json& image) -> json {
        double sum = 0;
        int count = 0;
        for (const auto& row : image.at("key_sensitivity"))
            if (row.at(figure).is_number()) { // not of an identical picture
                sum += row.at(figure).get<double>();
                ++count;
            }
        return count > 0 ? json(sum / count) : json();
    });
}

void print_medical_table_2(const json& run, std::ostream& out)
{
    const auto of = [&](const char* what, const char* figure) {
        return mean_of(run, [&](const json& image) {
            return entry_of(image, "visible", "of", what, figure);
        });
    };
    out << "\nTable 2: encrypted and decrypted images\n";
    TextTable table({ "", "paper", "ours" });
    table.add({ "SSIM, encrypted", "0.009", format_number(of("cipher", "ssim"), 4) });
    table.add({ "PSNR, encrypted", "7.798", format_number(of("cipher", "psnr_db"), 3) });
    table.add({ "SSIM, decrypted", "0.945", format_number(of("decrypted", "ssim"), 4) });
    table.add(
        { "PSNR, decrypted", "30.99", format_number(of("decrypted", "psnr_db"), 2) });
    for (const char* figure : { "psnr_db", "ssim" })
        table.add({ figure == std::string("ssim") ? "SSIM, wrong key" : "PSNR, wrong key",
                    "",
                    format_number(with_wrong_keys(run, figure), 2) });
    table.print(out, "  ");
}

void print_medical_table_4(const json& run, std::ostream& out)
{
    const auto entropy = [&](const char* of) {
        return mean_of(run, [&](const json& image) {
            return entry_of(image, "statistics", "of", of, "entropy", eight_bits);
        });
    };
    const auto correlation = [&](const char* direction, const char* of, bool size) {
        return mean_of(run, [&](const json& image) -> json {
            const double value = image.at("correlation").at(direction).at(of);
            return size ? std::abs(value) : value;
        });
    };
    out << "\nTable 4: entropy in bits, correlation of neighbours (mean over the images; "
           "mean size)\n";
    TextTable table({ "", "paper", "ours", "size", "paper, plain", "ours, plain" });
    table.add({ "entropy",
                "7.9949",
                format_number(entropy("cipher"), 4),
                "",
                "7.2737",
                format_number(entropy("plain"), 4) });
    constexpr std::array<std::array<const char*, 3>, 3> rows{
        { { "horizontal", "0.0014", "0.9766" },
          { "vertical", "-0.0007", "0.9900" },
          { "diagonal", "0.0002", "0.9792" } }
    };
    for (const auto& [direction, cipher, plain] : rows)
        table.add({ direction,
                    cipher,
                    format_number(correlation(direction, "cipher", false), 4),
                    format_number(correlation(direction, "cipher", true), 4),
                    plain,
                    format_number(correlation(direction, "plain", false), 4) });
    table.print(out, "  ");
}

void print_medical_table_5(const json& run, std::ostream& out)
{
    out << "\nTable 5, Figs. 13 and 14: NPCR and UACI in per cent, and how many of the "
           "images pass both tests\n";
    TextTable table({ "changed", "paper", "NPCR", "UACI", "pass" });
    const auto row = [&](const std::string& change, const char* printed) {
        const auto of = [&](const char* figure) {
            return mean_of(run, [&](const json& image) {
                return entry_of(
                    image, "differences", "change", change, figure, eight_bits);
            });
        };
        int passed = 0, all = 0;
        for (const auto& image : run.at("images")) {
            const auto npcr =
                entry_of(image, "differences", "change", change, "npcr_pass", eight_bits);
            const auto uaci =
                entry_of(image, "differences", "change", change, "uaci_pass", eight_bits);
            if (!npcr.is_boolean())
                continue;
            ++all;
            passed += npcr.get<bool>() && uaci.get<bool>() ? 1 : 0;
        }
        if (all > 0)
            table.add({ change,
                        printed,
                        format_number(100 * of("npcr"), 3),
                        format_number(100 * of("uaci"), 3),
                        std::to_string(passed) + " of " + std::to_string(all) });
    };
    row("one pixel by one level", "99.55 33.02");
    row("1 % of the pixels", "99.58 32.97");
    row("x_0^1 by 1e-15", "99.54 32.58");
    row("x_0^2 by 1e-15", "99.61 33.28");
    row("x_0^3 by 1e-15", "99.55 32.54");
    row("x_0^4 by 1e-15", "99.63 33.27");
    row("one bit of the key", "");
    table.print(out, "  ");
}

void print_medical_table_6(const json& run, std::ostream& out)
{
    constexpr std::array<std::array<const char*, 3>, 8> rows{
        { { "30x30 black", "31.64", "0.9401" },
          { "30x30 white", "31.64", "0.9401" },
          { "50x50 black", "30.22", "0.9244" },
          { "50x50 white", "30.29", "0.9250" },
          { "100x100 black", "13.98", "0.2056" },
          { "100x100 white", "11.08", "0.1004" },
          { "1 % Gaussian", "31.39", "0.9377" },
          { "10 % Gaussian", "10.01", "0.0635" } }
    };
    out << "\nTable 6: PSNR in dB and SSIM of what is decrypted of damaged images\n";
    TextTable table({ "damage", "PSNR, paper", "ours", "SSIM, paper", "ours" });
    for (const auto& [attack, psnr_db, ssim] : rows) {
        const auto of = [&, name = std::string(attack)](const char* figure) {
            return mean_of(run, [&](const json& image) {
                return entry_of(image, "attacks", "attack", name, figure);
            });
        };
        table.add({ attack,
                    psnr_db,
                    format_number(of("psnr_db"), 2),
                    ssim,
                    format_number(of("ssim"), 4) });
    }
    table.print(out, "  ");
}

constexpr char medical_explanation[] = R"(
What does not fit
  Table 4    The correlation of one random image of 256x256 has a deviation of 0.004 (10,000
             pairs: 0.010). Means over many images are closer to 0; "size" is the mean of
             their sizes.
  Table 5    Independent uniform images have NPCR 99.61 and UACI 33.46 on average. The paper's
             99.55 and 33.02 fail the tests at significance 0.05, which one in ten pairs of
             random images fails as well.
  Table 6    The paper does not say what 1 % and 10 % of Gaussian noise are; here they are
             deviations of 0.01 and 0.1 of full scale.
)";

} // namespace

void print_medical_paper(const json& run, std::ostream& out)
{
    print_medical_table_2(run, out);
    print_medical_table_4(run, out);
    print_medical_table_5(run, out);
    print_medical_table_6(run, out);
    out << medical_explanation;
}
