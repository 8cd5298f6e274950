/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes the HTML page with its pictures inside, and the figures as files.

#include "security/report.h"

#include "security/figures.h"
#include "security/plots.h"
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/metrics/randomness.h>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace {

using djescc::Quantiser;

//! RFC 4648.
std::string base64(const std::string& bytes)
{
    constexpr char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t j = i; j < i + 3; ++j)
            group = group << 8 |
                    (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0u);
        for (std::size_t j = 0; j < 4; ++j)
            text += i + j > bytes.size() ? '=' : digits[group >> (18 - 6 * j) & 63u];
    }
    return text;
}

void write_file(const fs::path& path, const std::string& contents)
{
    std::error_code ignored;
    if (path.has_parent_path())
        fs::create_directories(path.parent_path(), ignored);
    std::ofstream file(path, std::ios::binary);
    file << contents;
    file.close();
    if (!file)
        throw djescc::Error(path.string() + " cannot be written");
}

std::string
histogram_of(const torch::Tensor& image, Quantiser quantiser, const std::string& title)
{
    return histogram_svg(djescc::level_histogram(djescc::quantise(image, quantiser)),
                         title);
}

constexpr char head[] = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>djescc security</title>
<style>
body { font: 16px/1.5 sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em; color: #222 }
h1, h2 { line-height: 1.2 }
pre { background: #f6f6f4; padding: 1em; overflow-x: auto; font-size: 13px; line-height: 1.35 }
img { max-width: 100%; border: 1px solid #ccc }
.note { border-left: 4px solid #b50; padding: .2em 1em; background: #fdf4ec }
</style></head><body>
)";

constexpr char warning[] =
    R"(<p class="note">These are the figures that image encryption papers print. A cipher that
looks random in all of them can still be broken: look at the known-plaintext attack. None of
them is evidence of security. Every 8-bit figure names how values became 8-bit ones.</p>
)";

class Html
{
public:
    Html() { d_text << head; }

    void heading(const std::string& text)
    {
        d_text << "<h2>" << escape_markup(text) << "</h2>\n";
    }
    void paragraph(const std::string& text)
    {
        d_text << "<p>" << escape_markup(text) << "</p>\n";
    }
    void raw(const std::string& markup) { d_text << markup; }
    void picture(const torch::Tensor& picture, const std::string& description)
    {
        d_text << "<img alt=\"" << escape_markup(description)
               << "\" src=\"data:image/png;base64," << base64(djescc::encode_png(picture))
               << "\">\n";
    }
    std::string finish()
    {
        d_text << "</body></html>\n";
        return d_text.str();
    }

private:
    std::ostringstream d_text;
};

} // namespace

void write_security_report(const SecurityRun& run,
                           const std::string& tables,
                           const std::string& path)
{
    const auto figures = security_figures(run);
    Html html;
    html.raw("<h1>Cipher " + escape_markup(run.cipher_type) + "</h1>\n");
    html.raw(warning);
    const auto section = [&](const std::string& title,
                             const std::string& text,
                             const torch::Tensor& picture) {
        if (!picture.defined())
            return;
        html.heading(title);
        html.paragraph(text);
        html.picture(picture, title);
    };
    section("Plain, cipher and decrypted images",
            "Cipher images are shown by round(255 p). PSNR is over 8-bit rounded images.",
            figures.overview);
    section("Known-plaintext attack",
            "What somebody without the key makes of the cipher image who knows " +
                run.known + " together with their cipher images.",
            figures.attack);
    section("Wrong keys",
            "Decrypted with keys that differ as little as they can.",
            figures.wrong_keys);
    html.heading("Histograms");
    html.paragraph(
        "Number of values at each of 256 levels. The same cipher image twice: "
        "levels by round(255 p), and by its own range.");
    for (const auto& image : run.images) {
        html.raw("<div>");
        html.raw(
            histogram_of(image.plain, Quantiser::full_range, image.name + ", plain"));
        html.raw(histogram_of(image.protected_image,
                              Quantiser::full_range,
                              image.name + ", cipher, round(255 p)"));
        html.raw(histogram_of(image.protected_image,
                              Quantiser::stretched,
                              image.name + ", cipher, its range"));
        html.raw("</div>\n");
    }
    section("Neighbouring values",
            "A dot for each pair: first value to the right, second one upwards, 0 to 1.",
            figures.neighbours);
    section(
        "Occlusion", "A centred square of the cipher image is lost.", figures.occlusion);
    section("Noise", "Values of the cipher image replaced by 0 or 1.", figures.noise);
    section("Squares and Gaussian noise",
            "Squares of the cipher image made black or white; Gaussian noise.",
            figures.attacks);
    html.heading("Figures");
    html.raw("<pre>" + escape_markup(tables) + "</pre>\n");
    write_file(path, html.finish());
}

void write_security_figures(const SecurityRun& run, const std::string& folder)
{
    const auto figures = security_figures(run);
    const fs::path root(folder);
    std::error_code error;
    fs::create_directories(root, error);
    const auto write = [&](const torch::Tensor& picture, const std::string& name) {
        if (picture.defined())
            djescc::write_png(picture, (root / name).string());
    };
    write(figures.overview, "fig2.png");
    write(figures.wrong_keys, "fig3.png");
    for (const auto& image : run.images) {
        write_file(root / ("fig4-" + image.name + "-plain.svg"),
                   histogram_of(image.plain, Quantiser::full_range, image.name));
        write_file(root / ("fig4-" + image.name + "-cipher.svg"),
                   histogram_of(image.protected_image,
                                Quantiser::full_range,
                                image.name + ", cipher, round(255 p)"));
    }
    write(figures.neighbours, "fig5.png");
    write(figures.occlusion, "fig6.png");
    write(figures.noise, "noise.png");
    write(figures.attacks, "attacks.png");
    write(figures.attack, "known-plaintext.png");
}
