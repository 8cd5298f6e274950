/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Scales symbols to power 1, pairs reals to symbols, and adds noise, all differentiable.

#include <cmath>
#include <djescc/channel/channel.h>
#include <djescc/error.h>
#include <string>

namespace djescc {

namespace {

void require_rows_of_pairs(const torch::Tensor& reals, const char* function)
{
    if (reals.dim() != 2 || reals.is_complex() || reals.size(1) % 2 != 0) {
        throw ConfigError(std::string(function) +
                          ": expected N x 2k real values (real parts, then imaginary "
                          "parts), got a tensor of another shape or type.");
    }
}

} // namespace

torch::Tensor normalize_power(const torch::Tensor& symbols)
{
    const bool is_complex = symbols.is_complex();
    if (is_complex && symbols.dim() != 2) {
        throw ConfigError(
            "normalize_power: expected N x k complex values, got a tensor of "
            "another shape.");
    }
    if (!is_complex) {
        require_rows_of_pairs(symbols, "normalize_power");
    }
    // Sums of squares do not fit the half-precision types of mixed-precision training.
    const auto scalars = is_complex
                             ? torch::view_as_real(symbols.resolve_conj()).flatten(1)
                             : symbols.to(torch::kFloat);
    const auto energy = scalars.square().sum(1, /*keepdim=*/true);
    // An all-zero row is given energy 1 instead: it stays zero, and so does no gradient
    // become NaN.
    const auto safe_energy = torch::where(energy > 0, energy, torch::ones_like(energy));
    const auto symbol_count = static_cast<double>(scalars.size(1)) / 2;
    const auto scale = (symbol_count / safe_energy).sqrt();
    return is_complex ? symbols * scale : scalars * scale;
}

torch::Tensor reals_to_symbols(const torch::Tensor& reals)
{
    require_rows_of_pairs(reals, "reals_to_symbols");
    const auto halves = reals.to(torch::kFloat).chunk(2, 1);
    return torch::complex(halves.at(0), halves.at(1));
}

torch::Tensor symbols_to_reals(const torch::Tensor& symbols)
{
    if (symbols.dim() != 2 || !symbols.is_complex()) {
        throw ConfigError(
            "symbols_to_reals: expected N x k complex values, got a tensor of "
            "another shape or type.");
    }
    return torch::cat({ torch::real(symbols), torch::imag(symbols) }, 1);
}

torch::Tensor awgn(const torch::Tensor& symbols,
                   const torch::Tensor& snr_db,
                   const std::optional<at::Generator>& generator)
{
    require_rows_of_pairs(symbols, "awgn");
    if (snr_db.numel() != symbols.size(0)) {
        throw ConfigError("awgn: got " + std::to_string(snr_db.numel()) +
                          " SNR values for " + std::to_string(symbols.size(0)) +
                          " rows of symbols.");
    }
    const auto options = symbols.options().dtype(torch::kFloat).requires_grad(false);
    // Half of the noise power 10^(-SNR/10) falls to each of the two dimensions.
    const auto deviation =
        (torch::pow(10.0, snr_db.to(options).reshape({ -1, 1 }) / -10.0) / 2).sqrt();
    // Drawing on the generator's own device gives one seed the same noise everywhere.
    const auto noise = generator ? torch::randn(symbols.sizes(),
                                                *generator,
                                                options.device(generator->device()))
                                 : torch::randn(symbols.sizes(), options);
    return symbols + noise.to(symbols.device()) * deviation;
}

} // namespace djescc
