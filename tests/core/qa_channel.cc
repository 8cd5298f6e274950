/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of power, pairs and noise of symbols, with their gradients.

#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/channel/channel.h>
#include <djescc/error.h>

namespace djescc {

class qa_channel : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_channel);
    CPPUNIT_TEST(power_is_exactly_one_per_row);
    CPPUNIT_TEST(real_and_complex_agree);
    CPPUNIT_TEST(zero_row_stays_zero);
    CPPUNIT_TEST(normalization_gradient);
    CPPUNIT_TEST(pairs_and_back);
    CPPUNIT_TEST(noise_power_per_dimension);
    CPPUNIT_TEST(snr_belongs_to_its_row);
    CPPUNIT_TEST(noise_is_gaussian_and_independent);
    CPPUNIT_TEST(noise_follows_the_seed);
    CPPUNIT_TEST(gradient_through_noise);
    CPPUNIT_TEST(refuses_other_shapes);
    CPPUNIT_TEST_SUITE_END();

    static double mean_power_per_symbol(const torch::Tensor& row_of_reals)
    {
        const auto row = row_of_reals.to(torch::kDouble);
        return row.square().sum().item<double>() / (static_cast<double>(row.numel()) / 2);
    }

    void power_is_exactly_one_per_row()
    {
        torch::manual_seed(1);
        // Rows whose powers lie twelve orders of magnitude apart, one of them not
        // centred.
        auto reals = torch::randn({ 4, 2 * 5000 });
        reals *= torch::tensor({ 1e-6f, 1.0f, 1e3f, 1e6f }).reshape({ 4, 1 });
        reals[1] += 7;
        const auto normalized = normalize_power(reals);
        for (int64_t row = 0; row < 4; ++row) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1.0, mean_power_per_symbol(normalized[row]), 1e-6);
            // Scaled, not otherwise changed.
            const auto ratio = normalized[row] / reals[row];
            CPPUNIT_ASSERT(torch::allclose(ratio, ratio[0].expand_as(ratio), 1e-5, 0));
        }
    }

    void real_and_complex_agree()
    {
        torch::manual_seed(2);
        const auto reals = torch::randn({ 3, 64 }) * 5;
        const auto symbols = normalize_power(reals_to_symbols(reals));
        CPPUNIT_ASSERT(symbols.scalar_type() == torch::kComplexFloat);
        CPPUNIT_ASSERT(
            torch::allclose(symbols_to_reals(symbols), normalize_power(reals)));
        CPPUNIT_ASSERT(
            torch::allclose(torch::abs(symbols).square().mean(1), torch::ones({ 3 })));
    }

    void zero_row_stays_zero()
    {
        auto reals = torch::ones({ 2, 8 });
        reals[0].zero_();
        reals.requires_grad_(true);
        const auto normalized = normalize_power(reals);
        CPPUNIT_ASSERT(torch::equal(normalized[0], torch::zeros({ 8 })));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1.0, mean_power_per_symbol(normalized[1].detach()), 1e-6);
        (normalized * torch::arange(8)).sum().backward();
        CPPUNIT_ASSERT(torch::isfinite(reals.grad()).all().item<bool>());
    }

    void normalization_gradient()
    {
        torch::manual_seed(3);
        auto reals = torch::randn({ 2, 10 });
        reals.requires_grad_(true);
        const auto weights = torch::randn({ 2, 10 });
        (normalize_power(reals) * weights).sum().backward();
        // y = x sqrt(k) / |x|, so dL/dx = sqrt(k) / |x| * (w - x (x.w) / |x|^2).
        const auto x = reals.detach();
        const auto energy = x.square().sum(1, true);
        const auto expected =
            (5 / energy).sqrt() * (weights - x * (x * weights).sum(1, true) / energy);
        CPPUNIT_ASSERT(torch::allclose(reals.grad(), expected, 1e-4, 1e-5));
    }

    void pairs_and_back()
    {
        const auto reals = torch::arange(8, torch::kFloat).reshape({ 2, 4 });
        const auto symbols = reals_to_symbols(reals);
        CPPUNIT_ASSERT(symbols.sizes() == at::IntArrayRef({ 2, 2 }));
        CPPUNIT_ASSERT(
            torch::equal(torch::real(symbols[1]), torch::tensor({ 4.0f, 5.0f })));
        CPPUNIT_ASSERT(
            torch::equal(torch::imag(symbols[1]), torch::tensor({ 6.0f, 7.0f })));
        CPPUNIT_ASSERT(torch::equal(symbols_to_reals(symbols), reals));
    }

    void noise_power_per_dimension()
    {
        // The mean square of n Gaussian values deviates by sqrt(2 / n) of itself: 0.3 %
        // here. Five of those bound the test; the 3 dB trap is off by a factor of 2.
        constexpr int64_t symbol_count = 100000;
        const double tolerance = 5 * std::sqrt(2.0 / (2 * symbol_count));
        auto generator = at::make_generator<at::CPUGeneratorImpl>(7);
        const auto symbols = normalize_power(torch::ones({ 1, 2 * symbol_count }));
        for (const double snr_db : { -5.0, 0.0, 10.0, 20.0 }) {
            const auto noise =
                awgn(symbols, torch::full({ 1 }, snr_db), generator) - symbols;
            const double power = std::pow(10.0, -snr_db / 10);
            const auto halves = noise.to(torch::kDouble).chunk(2, 1);
            for (const auto& half : halves) {
                CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0,
                                             half.square().mean().item<double>() /
                                                 (power / 2),
                                             tolerance * std::sqrt(2.0));
            }
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1.0, mean_power_per_symbol(noise) / power, tolerance);
        }
    }

    void snr_belongs_to_its_row()
    {
        auto generator = at::make_generator<at::CPUGeneratorImpl>(8);
        const auto noise = awgn(torch::zeros({ 3, 20000 }),
                                torch::tensor({ 0.0, 10.0, 20.0 }, torch::kDouble),
                                generator);
        for (int64_t row = 0; row < 3; ++row) {
            const double power = std::pow(10.0, -static_cast<double>(row));
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1.0, mean_power_per_symbol(noise[row]) / power, 0.05);
        }
    }

    void noise_is_gaussian_and_independent()
    {
        auto generator = at::make_generator<at::CPUGeneratorImpl>(9);
        const auto noise =
            awgn(torch::zeros({ 1, 400000 }), torch::zeros({ 1 }), generator)
                .to(torch::kDouble);
        const double variance = noise.square().mean().item<double>();
        const double kurtosis =
            noise.pow(4).mean().item<double>() / (variance * variance);
        const auto halves = noise.chunk(2, 1);
        const double correlation =
            (halves[0] * halves[1]).mean().item<double>() / variance;
        // Standard errors: sqrt(24 / n) = 0.008 and sqrt(2 / n) = 0.0022.
        CPPUNIT_ASSERT_DOUBLES_EQUAL(3.0, kurtosis, 0.04);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.0, correlation, 0.012);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.0, noise.mean().item<double>(), 0.006);
    }

    void noise_follows_the_seed()
    {
        const auto draw = [](uint64_t seed) {
            return awgn(torch::zeros({ 1, 64 }),
                        torch::zeros({ 1 }),
                        at::make_generator<at::CPUGeneratorImpl>(seed));
        };
        CPPUNIT_ASSERT(torch::equal(draw(5), draw(5)));
        CPPUNIT_ASSERT(!torch::equal(draw(5), draw(6)));
    }

    void gradient_through_noise()
    {
        auto symbols = torch::randn({ 2, 6 });
        symbols.requires_grad_(true);
        awgn(symbols, torch::full({ 2 }, 3.0)).sum().backward();
        CPPUNIT_ASSERT(torch::equal(symbols.grad(), torch::ones({ 2, 6 })));
    }

    void refuses_other_shapes()
    {
        const auto snr_db = torch::zeros({ 2 });
        CPPUNIT_ASSERT_THROW(normalize_power(torch::ones({ 2, 3 })), ConfigError);
        CPPUNIT_ASSERT_THROW(normalize_power(torch::ones({ 4 })), ConfigError);
        CPPUNIT_ASSERT_THROW(reals_to_symbols(torch::ones({ 2, 3 })), ConfigError);
        CPPUNIT_ASSERT_THROW(symbols_to_reals(torch::ones({ 2, 4 })), ConfigError);
        CPPUNIT_ASSERT_THROW(awgn(torch::ones({ 2, 3 }), snr_db), ConfigError);
        CPPUNIT_ASSERT_THROW(awgn(torch::ones({ 3, 4 }), snr_db), ConfigError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_channel> register_qa_channel("channel");

} // namespace djescc
