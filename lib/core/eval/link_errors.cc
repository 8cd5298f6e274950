/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Counts the errors of LDPC codes by the link's own simulation.

#include <djescc/eval/link_errors.h>

#include <cmath>
#include <djescc/error.h>
#ifdef DJESCC_HAVE_DIGITAL
#include "digital/link_curve.h"
#include <stdexcept>
#endif

namespace djescc {

#ifdef DJESCC_HAVE_DIGITAL
namespace {

LinkCurveSettings curve_settings(const LinkErrorSettings& settings)
{
    LinkCurveSettings curve;
    curve.modulation = parse_modulation(settings.modulation);
    curve.rate = parse_code_rate(settings.code_rate);
    curve.code_length = settings.code_length;
    curve.codewords = settings.codewords;
    curve.most_iterations = settings.most_iterations;
    curve.seed = settings.seed;
    return curve;
}

double bits_of_symbol(const LinkCurveSettings& settings)
{
    const auto code = LdpcCode::get(settings.code_length, settings.rate);
    return bits_per_symbol(settings.modulation) *
           static_cast<double>(code->message_length()) / code->length();
}

template <typename Names, typename ToText>
std::vector<std::string> texts(const Names& values, const ToText& to_text)
{
    std::vector<std::string> all;
    for (const auto value : values)
        all.push_back(to_text(value));
    return all;
}

} // namespace

std::vector<std::string> link_modulations()
{
    return texts(all_modulations, [](Modulation value) { return to_string(value); });
}

std::vector<std::string> link_code_rates()
{
    return texts(all_code_rates, [](CodeRate value) { return to_string(value); });
}

double least_link_snr_db(const std::string& modulation, const std::string& code_rate)
{
    LinkErrorSettings settings;
    settings.modulation = modulation;
    settings.code_rate = code_rate;
    try {
        const double bits = bits_of_symbol(curve_settings(settings));
        return 10 * std::log10(std::exp2(bits) - 1);
    } catch (const std::invalid_argument& error) {
        throw ConfigError(error.what());
    }
}

LinkErrors link_errors(const LinkErrorSettings& settings, double snr_db)
{
    try {
        const auto curve = curve_settings(settings);
        const auto point = link_curve(curve, { snr_db }).front();
        LinkErrors errors;
        errors.snr_db = snr_db;
        errors.bit_snr_db = snr_db - 10 * std::log10(bits_of_symbol(curve));
        errors.codewords = point.codewords;
        errors.wrong_codewords = point.wrong_codewords;
        errors.frame_error_rate = point.frame_error_rate();
        errors.bit_error_rate = point.bit_error_rate();
        errors.mean_iterations = point.mean_iterations();
        return errors;
    } catch (const std::invalid_argument& error) {
        throw ConfigError(error.what());
    }
}

#else
namespace {

constexpr char not_built[] =
    "this djescc was built without digital codecs: build it with "
    "-DENABLE_DIGITAL=ON";

}

std::vector<std::string> link_modulations() { return {}; }
std::vector<std::string> link_code_rates() { return {}; }
double least_link_snr_db(const std::string&, const std::string&)
{
    throw ConfigError(not_built);
}
LinkErrors link_errors(const LinkErrorSettings&, double) { throw ConfigError(not_built); }

#endif

} // namespace djescc
