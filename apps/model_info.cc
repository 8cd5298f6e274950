/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Prints a model's manifest for people, without reading its weights.

#include "model_info.h"

#include "snr_list.h"
#include "text_table.h"
#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

constexpr int ratio_decimals = 4;
constexpr std::size_t label_width = 14;

int64_t parameter_count(const torch::nn::Module& net)
{
    int64_t count = 0;
    for (const auto& parameter : net.parameters())
        count += parameter.numel();
    return count;
}

int64_t parameter_count(const djescc::Model& model, djescc::Role role)
{
    switch (role) {
    case djescc::Role::encrypt:
        return parameter_count(*model.cipher().make_encryptor());
    case djescc::Role::encode:
        return parameter_count(*model.codec().make_encoder());
    case djescc::Role::decode:
        return parameter_count(*model.codec().make_decoder());
    case djescc::Role::decrypt:
        return parameter_count(*model.cipher().make_decryptor());
    }
    return 0;
}

//! A value on one line: text without quotes, numbers as short as they are written.
std::string plain(const json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_float())
        return format_number(value.get<double>(), 3);
    return value.dump();
}

void print_line(std::ostream& out, const std::string& label, const std::string& text)
{
    out << label << std::string(label_width - label.size(), ' ') << text << '\n';
}

//! The first object's keys, those that a reader looks for first in front.
std::vector<std::string> columns_of(const json& row)
{
    std::vector<std::string> keys;
    for (const char* key : { "snr_db", "psnr_db", "ssim" })
        if (row.contains(key))
            keys.push_back(key);
    for (const auto& [key, value] : row.items())
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            keys.push_back(key);
    return keys;
}

//! An array of objects as a table.
void print_table(const json& rows, std::ostream& out)
{
    const auto keys = columns_of(rows.front());
    TextTable table(keys);
    for (const auto& row : rows) {
        std::vector<std::string> cells;
        for (const auto& key : keys)
            cells.push_back(row.contains(key) ? plain(row.at(key)) : "-");
        table.add(std::move(cells));
    }
    table.print(out, "  ");
}

bool is_table(const json& value)
{
    if (!value.is_array() || value.empty())
        return false;
    for (const auto& row : value)
        if (!row.is_object() || row.empty())
            return false;
    return true;
}

/*! Free-form entries of a manifest: tables as tables, the rest key by key. What is nested
 *  deeper, such as the training's configuration, is left to readers of model.json. */
void print_entries(const json& value, const std::string& title, std::ostream& out)
{
    if (value.is_null() || value.empty())
        return;
    if (is_table(value)) {
        out << title << ":\n";
        print_table(value, out);
    } else if (value.is_object()) {
        out << title << ":\n";
        for (const auto& [key, entry] : value.items()) {
            if (is_table(entry)) {
                out << "  " << key << ":\n";
                print_table(entry, out);
            } else if (!entry.is_structured()) {
                out << "  " << key << ": " << plain(entry) << '\n';
            }
        }
    } else {
        print_line(out, title, plain(value));
    }
}

void print_roles(const djescc::Model& model, std::ostream& out)
{
    TextTable table({ "role", "parameters", "weights file" });
    for (const auto role : djescc::all_roles) {
        const auto& files = model.manifest().weights;
        const auto found = files.find(role);
        std::string file = "none needed";
        if (found != files.end())
            file = found->second.file + (model.has_role(role) ? "" : " (not here)");
        table.add(
            { to_string(role), std::to_string(parameter_count(model, role)), file });
    }
    table.print(out);
}

} // namespace

void print_model_info(const djescc::Model& model, std::ostream& out)
{
    const auto& manifest = model.manifest();
    const auto& codec = model.codec();
    print_line(out, "name", manifest.name);
    print_line(out, "fingerprint", djescc::to_string(model.fingerprint()));
    print_line(out, "cipher", model.cipher().type() + "  " + manifest.cipher.dump());
    print_line(out, "codec", codec.type() + "  " + manifest.codec.dump());
    print_line(out, "ratio k/n", format_number(codec.bandwidth_ratio(), ratio_decimals));
    print_line(out, "symbols k", codec.symbol_formula());
    print_line(out,
               "image sizes",
               "any; padded to multiples of " + std::to_string(model.multiple()) +
                   " pixels");
    print_line(out,
               "trained SNR",
               format_snr(manifest.snr_db[0]) + " to " + format_snr(manifest.snr_db[1]) +
                   " dB");
    out << '\n';
    print_roles(model, out);
    out << '\n';
    print_entries(manifest.training, "training", out);
    print_entries(manifest.quality, "quality", out);
}
