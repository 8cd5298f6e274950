/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Prints the tables of a security run, one for each question.

#include "security/tables.h"

#include "text_table.h"
#include <ostream>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

std::string number(const json& value, int decimals)
{
    return value.is_number() ? format_number(value.get<double>(), decimals) : "inf";
}

std::string percent(const json& value)
{
    return format_number(100 * value.get<double>(), 4);
}

std::string verdict(const json& value)
{
    if (!value.is_boolean())
        return "-";
    return value.get<bool>() ? "pass" : "fail";
}

//! A PSNR; JSON has no infinity.
std::string decibels(const json& quality) { return number(quality.at("psnr_db"), 2); }

void title(std::ostream& out, const std::string& text) { out << '\n' << text << '\n'; }

void print_overview(const json& run, std::ostream& out)
{
    title(out, "Decryption with the right key");
    TextTable table({ "image", "PSNR dB", "SSIM", "encrypt ms", "decrypt ms" });
    for (const auto& image : run.at("images"))
        table.add({ image.at("image"),
                    decibels(image.at("decrypted")),
                    number(image.at("decrypted").at("ssim"), 3),
                    number(image.at("encrypt_ms"), 1),
                    number(image.at("decrypt_ms"), 1) });
    table.print(out, "  ");
}

void print_visible(const json& run, std::ostream& out)
{
    const auto& snr = run.at("snr_db");
    title(out,
          "What eyes see of the plain image: LCES, 0 all of it to 1 nothing" +
              (snr.is_null() ? std::string()
                             : " (decoded, received: at " + number(snr, 1) + " dB SNR)"));
    TextTable table({ "image", "of", "PSNR dB", "SSIM", "LCES" });
    for (const auto& image : run.at("images"))
        for (const auto& row : image.at("visible"))
            if (row.at("visual_security").is_null())
                table.add({ image.at("image"), row.at("of"), "another shape", "-", "-" });
            else
                table.add({ image.at("image"),
                            row.at("of"),
                            decibels(row),
                            number(row.at("ssim"), 3),
                            number(row.at("visual_security"), 3) });
    table.print(out, "  ");
}

void print_statistics(const json& run, std::ostream& out)
{
    title(out, "Entropy (at most 8 bits) and chi-square against a uniform histogram");
    TextTable table(
        { "image", "of", "8 bits by", "entropy", "chi-square", "p", "uniform at 5 %" });
    for (const auto& image : run.at("images"))
        for (const auto& row : image.at("statistics"))
            table.add({ image.at("image"),
                        row.at("of"),
                        row.at("quantiser"),
                        number(row.at("entropy"), 4),
                        number(row.at("chi_square"), 1),
                        number(row.at("probability"), 4),
                        verdict(row.at("probability").get<double>() > 0.05) });
    table.print(out, "  ");
}

void print_correlation(const json& run, std::ostream& out)
{
    const auto pairs = run.at("pairs").get<int64_t>();
    title(out,
          "Correlation of neighbours, " +
              (pairs > 0 ? std::to_string(pairs) + " random pairs" : "all pairs") +
              ", values not quantised");
    TextTable table({ "image", "of", "horizontal", "vertical", "diagonal" });
    for (const auto& image : run.at("images"))
        for (const std::string of : { "plain", "cipher", "decoded" }) {
            const auto& values = image.at("correlation");
            if (!values.at("horizontal").contains(of))
                continue;
            table.add({ image.at("image"),
                        of,
                        number(values.at("horizontal").at(of), 4),
                        number(values.at("vertical").at(of), 4),
                        number(values.at("diagonal").at(of), 4) });
        }
    table.print(out, "  ");
}

void print_differences(const json& run, std::ostream& out)
{
    const auto& bounds = run.at("bounds");
    title(out,
          "NPCR and UACI in per cent; random images of " +
              std::to_string(bounds.at("values").get<int64_t>()) +
              " values pass with NPCR above " + percent(bounds.at("npcr_above")) +
              ", UACI between " + percent(bounds.at("uaci_between")[0]) + " and " +
              percent(bounds.at("uaci_between")[1]) + " (significance " +
              number(bounds.at("significance"), 3) + ")");
    TextTable table({ "image", "changed", "8 bits by", "NPCR", "", "UACI", "" });
    for (const auto& image : run.at("images"))
        for (const auto& row : image.at("differences"))
            table.add({ image.at("image"),
                        row.at("change"),
                        row.at("quantiser"),
                        percent(row.at("npcr")),
                        verdict(row.at("npcr_pass")),
                        percent(row.at("uaci")),
                        verdict(row.at("uaci_pass")) });
    table.print(out, "  ");
}

void print_keys(const json& run, std::ostream& out)
{
    title(out,
          "Decryption with a wrong key; the key has " + number(run.at("key_bits"), 1) +
              " bits");
    TextTable table({ "image", "wrong by", "PSNR dB", "SSIM" });
    for (const auto& image : run.at("images"))
        for (const auto& row : image.at("key_sensitivity"))
            table.add({ image.at("image"),
                        row.at("change"),
                        decibels(row),
                        number(row.at("ssim"), 3) });
    table.print(out, "  ");
}

void print_damage(const json& run, std::ostream& out)
{
    title(out,
          "Damaged cipher images: PSNR in dB of what is decrypted (a centred square set "
          "to 0, values replaced by 0 or 1)");
    std::vector<std::string> header{ "image" };
    const auto& first = run.at("images").front();
    for (const auto& row : first.at("occlusion"))
        header.push_back("lost " + number(100 * row.at("share").get<double>(), 0) + " %");
    for (const auto& row : first.at("noise"))
        header.push_back("noise " + number(100 * row.at("share").get<double>(), 0) +
                         " %");
    TextTable table(header);
    for (const auto& image : run.at("images")) {
        std::vector<std::string> cells{ image.at("image") };
        for (const std::string attack : { "occlusion", "noise" })
            for (const auto& row : image.at(attack))
                cells.push_back(decibels(row));
        table.add(cells);
    }
    table.print(out, "  ");
}

void print_squares(const json& run, std::ostream& out)
{
    title(
        out,
        "Damaged cipher images: PSNR in dB of what is decrypted (a centred square of so "
        "many pixels; Gaussian noise whose deviation is so much of full scale)");
    const auto& first = run.at("images").front().at("attacks");
    std::vector<std::string> header{ "image" };
    for (const auto& row : first)
        header.push_back(row.at("attack"));
    TextTable table(header);
    for (const auto& image : run.at("images")) {
        std::vector<std::string> cells{ image.at("image") };
        for (const auto& row : image.at("attacks"))
            cells.push_back(decibels(row));
        table.add(cells);
    }
    table.print(out, "  ");
}

void print_attack(const json& run, std::ostream& out)
{
    title(out,
          "Known-plaintext attack: what somebody without the key sees who knows " +
              run.at("known").get<std::string>() + " and their cipher images");
    TextTable table({ "image", "known images", "PSNR dB", "SSIM" });
    for (const auto& image : run.at("images")) {
        const auto& attack = image.at("known_plaintext");
        if (attack.is_null())
            table.add({ image.at("image"), "no attack tried", "-", "-" });
        else
            table.add({ image.at("image"),
                        std::to_string(attack.at("known_images").get<int64_t>()),
                        decibels(attack),
                        number(attack.at("ssim"), 3) });
    }
    table.print(out, "  ");
}

} // namespace

void print_security(const json& run, std::ostream& out)
{
    out << "cipher " << run.at("cipher").dump() << '\n'
        << run.at("images").size() << " images of " << run.at("size") << 'x'
        << run.at("size") << " pixels, " << run.at("channels") << " channel(s)\n";
    print_overview(run, out);
    print_visible(run, out);
    print_statistics(run, out);
    print_correlation(run, out);
    print_differences(run, out);
    if (!run.at("images").front().at("key_sensitivity").empty())
        print_keys(run, out);
    print_damage(run, out);
    print_squares(run, out);
    print_attack(run, out);
}
