/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the analog code: its choice, its error against closed forms, and lost numbers.

#include "codec/residual_code.h"
#include "codec/variance_net.h"
#include <algorithm>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <limits>
#include <numeric>
#include <torch/torch.h>

namespace djescc {
namespace {

constexpr int64_t code_channels = 48, code_rows = 4, code_columns = 4;
constexpr int64_t code_size = code_channels * code_rows * code_columns;
constexpr double lost = std::numeric_limits<double>::infinity();

//! Whole levels between -100 and 0, the same for all pictures.
torch::Tensor like_levels(int64_t pictures)
{
    return torch::randint(-100, 1, { 1, code_channels, code_rows, code_columns })
        .to(torch::kFloat32)
        .repeat({ pictures, 1, 1, 1 });
}

torch::Tensor variances_of_levels(const torch::Tensor& levels)
{
    return torch::exp2(levels.to(torch::kFloat64) / VarianceNetImpl::levels_per_octave);
}

torch::Tensor gaussian_coefficients(const torch::Tensor& levels)
{
    return torch::randn(levels.sizes()) *
           variances_of_levels(levels).sqrt().to(torch::kFloat32);
}

//! Places of the largest levels, first ones first, in rising order.
std::vector<int64_t> largest_places(const torch::Tensor& levels, int64_t count)
{
    const auto flat = levels.flatten().contiguous();
    const auto* level = flat.data_ptr<float>();
    std::vector<int64_t> places(static_cast<std::size_t>(flat.numel()));
    std::iota(places.begin(), places.end(), 0);
    std::stable_sort(places.begin(), places.end(), [&](int64_t a, int64_t b) {
        return level[a] > level[b];
    });
    places.resize(static_cast<std::size_t>(count));
    std::sort(places.begin(), places.end());
    return places;
}

torch::Tensor mask_of(const std::vector<int64_t>& places)
{
    auto mask = torch::zeros({ code_size }, torch::kBool);
    for (const auto place : places)
        mask[place] = true;
    return mask;
}

//! What LMMSE estimation leaves of each coefficient of unit-power symbols' reals with
//! gains in proportion to v^(-1/5); all of it where it is not sent.
torch::Tensor
expected_errors(const torch::Tensor& levels, int64_t reals, double noise_variance)
{
    const auto mask = mask_of(largest_places(levels, reals));
    const auto variances = variances_of_levels(levels).flatten();
    const auto powers = variances * variances.pow(-0.2).square();
    const auto signal = 0.5 * powers / powers.index({ mask }).mean();
    return torch::where(mask, variances / (1 + signal / noise_variance), variances);
}

bool all_finite(const torch::Tensor& values)
{
    return values.isfinite().all().item<bool>();
}

} // namespace

class qa_residual_code : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_residual_code);
    CPPUNIT_TEST(chooses_the_largest_variances);
    CPPUNIT_TEST(sends_with_the_power_and_the_gains);
    CPPUNIT_TEST(error_is_that_of_the_closed_form);
    CPPUNIT_TEST(energy_is_told);
    CPPUNIT_TEST(without_noise_nothing_is_lost);
    CPPUNIT_TEST(lost_numbers_leave_what_was_known);
    CPPUNIT_TEST(none_and_all_are_sent);
    CPPUNIT_TEST(nothing_to_send);
    CPPUNIT_TEST(any_energy_and_any_numbers);
    CPPUNIT_TEST(levels_that_are_no_numbers);
    CPPUNIT_TEST_SUITE_END();

    void chooses_the_largest_variances()
    {
        torch::manual_seed(1);
        auto levels = torch::randint(-5, 5, { 3, code_channels, code_rows, code_columns })
                          .to(torch::kFloat32);
        levels[2].fill_(VarianceNetImpl::least_level); // the first ones of equals
        levels[2][7].fill_(VarianceNetImpl::most_level);
        for (const int64_t reals : { 1, 15, 16, 17, 300, 767, 768 }) {
            const ResidualPlan plan(levels, reals);
            CPPUNIT_ASSERT_EQUAL(reals, plan.sent());
            const auto estimate = plan.decode(torch::ones({ 3, reals }),
                                              torch::full({ 3, reals }, 0.1),
                                              std::vector<int>(3, 0));
            for (int64_t i = 0; i < 3; ++i)
                CPPUNIT_ASSERT(torch::equal(mask_of(largest_places(levels[i], reals)),
                                            estimate.coefficients[i].flatten() != 0));
        }
    }

    void sends_with_the_power_and_the_gains()
    {
        torch::manual_seed(2);
        const auto levels = like_levels(4);
        const auto coefficients = gaussian_coefficients(levels);
        const int64_t reals = 200;
        const auto places = largest_places(levels[0], reals);
        const ResidualPlan plan(levels, reals);
        std::vector<int> energy;
        const auto sent = plan.encode(coefficients, energy);
        CPPUNIT_ASSERT(sent.sizes() == (std::vector<int64_t>{ 4, reals }));
        // Half a step of 0.01 dB.
        CPPUNIT_ASSERT(torch::allclose(
            sent.square().mean(1), torch::full({ 4 }, 0.5), std::pow(10, 0.0005) - 1, 0));
        const auto gains = variances_of_levels(levels).pow(-0.2).to(torch::kFloat32);
        for (int64_t i = 0; i < 4; ++i) {
            const auto mask = mask_of(places);
            const auto weighted = (coefficients * gains)[i].flatten().index({ mask });
            const auto scale = (sent[i] / weighted);
            CPPUNIT_ASSERT(torch::allclose(scale, scale[0].expand_as(scale), 1e-4, 0));
            CPPUNIT_ASSERT(scale[0].item<double>() > 0);
        }
    }

    void error_is_that_of_the_closed_form()
    {
        torch::manual_seed(3);
        constexpr int64_t pictures = 400;
        const auto levels = like_levels(pictures);
        const auto coefficients = gaussian_coefficients(levels);
        for (const int64_t reals : { 100, 400, 768 })
            for (const double snr_db : { -5.0, 5.0, 15.0, 30.0 }) {
                const double noise = 0.5 * std::pow(10, -snr_db / 10);
                const ResidualPlan plan(levels, reals);
                std::vector<int> energy;
                const auto sent = plan.encode(coefficients, energy);
                const auto estimate =
                    plan.decode(sent + std::sqrt(noise) * torch::randn_like(sent),
                                torch::full_like(sent, noise),
                                energy);
                const auto errors = (estimate.coefficients - coefficients)
                                        .to(torch::kFloat64)
                                        .square()
                                        .flatten(1);
                const auto expected = expected_errors(levels[0], reals, noise);
                const auto message =
                    std::to_string(reals) + " reals at " + std::to_string(snr_db) + " dB";
                const auto each = errors.mean(0) / expected;
                CPPUNIT_ASSERT_DOUBLES_EQUAL_MESSAGE(
                    message, 1, each.mean().item<double>(), 0.02);
                // A picture's own energy is known, so its numbers are not quite
                // independent: a little more than 5 deviations.
                CPPUNIT_ASSERT_MESSAGE(message,
                                       (each - 1).abs().max().item<double>() < 0.45);
                CPPUNIT_ASSERT_DOUBLES_EQUAL_MESSAGE(message,
                                                     1,
                                                     errors.mean().item<double>() /
                                                         expected.mean().item<double>(),
                                                     0.03);
                // What the receiver is told of its errors is true, for both kinds.
                const auto mask = mask_of(largest_places(levels[0], reals));
                const auto told =
                    errors / estimate.variances.to(torch::kFloat64).flatten(1);
                CPPUNIT_ASSERT_DOUBLES_EQUAL_MESSAGE(
                    message,
                    1,
                    told.index({ at::indexing::Slice(), mask }).mean().item<double>(),
                    0.02);
                if (reals < code_size)
                    CPPUNIT_ASSERT_DOUBLES_EQUAL_MESSAGE(
                        message,
                        1,
                        told.index({ at::indexing::Slice(), ~mask })
                            .mean()
                            .item<double>(),
                        0.03);
            }
    }

    void energy_is_told()
    {
        torch::manual_seed(4);
        const auto levels = like_levels(1);
        const auto coefficients = gaussian_coefficients(levels);
        const ResidualPlan plan(levels, 300);
        std::vector<int> usual, energy;
        const auto sent = plan.encode(coefficients, usual);
        for (const double decibel : { -60.0, -20.0, -0.5, 3.0, 20.0 }) {
            const auto stronger = coefficients * std::pow(10, decibel / 20);
            CPPUNIT_ASSERT(torch::allclose(plan.encode(stronger, energy), sent, 2e-3));
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                decibel * 100, static_cast<double>(energy[0] - usual[0]), 1);
            const auto estimate = plan.decode(sent, torch::full_like(sent, 1e-6), energy);
            const auto mask = mask_of(largest_places(levels[0], 300));
            CPPUNIT_ASSERT(
                torch::allclose(estimate.coefficients.flatten().index({ mask }),
                                stronger.flatten().index({ mask }),
                                3e-3));
            // of those that are not sent, a tenfold power is expected for 10 dB
            const auto rest =
                (estimate.variances.flatten() / variances_of_levels(levels).flatten())
                    .index({ ~mask });
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                energy[0] / 100.0, 10 * std::log10(rest.mean().item<double>()), 1e-3);
        }
    }

    void without_noise_nothing_is_lost()
    {
        torch::manual_seed(5);
        const auto levels = like_levels(2);
        const auto coefficients = gaussian_coefficients(levels);
        const ResidualPlan plan(levels, code_size);
        std::vector<int> energy;
        const auto sent = plan.encode(coefficients, energy);
        const auto estimate = plan.decode(sent, torch::zeros_like(sent), energy);
        CPPUNIT_ASSERT(torch::allclose(estimate.coefficients, coefficients, 1e-5, 1e-7));
        CPPUNIT_ASSERT(estimate.variances.abs().max().item<double>() == 0);
    }

    void lost_numbers_leave_what_was_known()
    {
        torch::manual_seed(6);
        const auto levels = like_levels(1);
        const auto coefficients = gaussian_coefficients(levels);
        const ResidualPlan plan(levels, 400);
        std::vector<int> energy;
        auto sent = plan.encode(coefficients, energy);
        auto noise = torch::full_like(sent, 0.01);
        const auto gone = torch::arange(400).remainder(3) == 0;
        noise.index_put_({ 0, gone }, lost);
        const auto whole = plan.decode(sent, torch::full_like(sent, 0.01), energy);
        // whatever stands in their place
        for (const double value : { 0.0, 1e30, lost, std::nan("") }) {
            sent.index_put_({ 0, gone }, value);
            const auto estimate = plan.decode(sent, noise, energy);
            const auto places = torch::tensor(largest_places(levels[0], 400));
            const auto lost_places = places.index({ gone }),
                       there = places.index({ ~gone });
            const auto found = estimate.coefficients.flatten();
            CPPUNIT_ASSERT(found.index({ lost_places }).abs().max().item<double>() == 0);
            CPPUNIT_ASSERT(torch::equal(found.index({ there }),
                                        whole.coefficients.flatten().index({ there })));
            const auto prior = variances_of_levels(levels).to(torch::kFloat32) *
                               std::pow(10, energy[0] / 1000.0);
            CPPUNIT_ASSERT(
                torch::allclose(estimate.variances.flatten().index({ lost_places }),
                                prior.flatten().index({ lost_places }),
                                1e-4,
                                0));
            CPPUNIT_ASSERT(all_finite(estimate.variances));
        }
    }

    void none_and_all_are_sent()
    {
        torch::manual_seed(7);
        const auto levels = like_levels(2);
        const auto coefficients = gaussian_coefficients(levels);
        std::vector<int> energy;
        for (const int64_t reals : { -1, 0 }) {
            const ResidualPlan none(levels, reals);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, none.sent());
            const auto sent = none.encode(coefficients, energy);
            CPPUNIT_ASSERT(sent.sizes() == (std::vector<int64_t>{ 2, 0 }));
            CPPUNIT_ASSERT(energy == std::vector<int>(2, 0));
            const auto estimate = none.decode(sent, sent, energy);
            CPPUNIT_ASSERT(estimate.coefficients.abs().max().item<double>() == 0);
            CPPUNIT_ASSERT(torch::allclose(
                estimate.variances, variances_of_levels(levels).to(torch::kFloat32)));
        }
        const ResidualPlan all(levels, 5 * code_size);
        CPPUNIT_ASSERT_EQUAL(code_size, all.sent());
        CPPUNIT_ASSERT_EQUAL(code_size, all.encode(coefficients, energy).size(1));
    }

    void nothing_to_send()
    {
        const auto zeros = torch::zeros({ 2, code_channels, code_rows, code_columns });
        for (const double level : { -256.0, -96.0, 32.0 }) {
            auto coefficients = zeros.clone();
            coefficients[1].fill_(0.01);
            const ResidualPlan plan(torch::full_like(zeros, level), 501);
            std::vector<int> energy;
            const auto sent = plan.encode(coefficients, energy);
            // Symbols that carry nothing have the others' power all the same.
            CPPUNIT_ASSERT(
                torch::allclose(sent.square().mean(1), torch::full({ 2 }, 0.5), 2e-3, 0));
            CPPUNIT_ASSERT(std::abs(sent[0].mean().item<double>()) < 0.1);
            for (const double noise : { 0.0, 0.1, lost }) {
                const auto estimate =
                    plan.decode(sent, torch::full_like(sent, noise), energy);
                CPPUNIT_ASSERT(all_finite(estimate.variances));
                CPPUNIT_ASSERT(estimate.coefficients[0].abs().max().item<double>() <
                               1e-10);
                CPPUNIT_ASSERT(estimate.variances[0].max().item<double>() < 1e-20);
            }
        }
    }

    void any_energy_and_any_numbers()
    {
        torch::manual_seed(8);
        for (const double level : { -256.0, -100.0, 32.0 }) {
            const auto levels =
                torch::full({ 1, code_channels, code_rows, code_columns }, level);
            const ResidualPlan plan(levels, 500);
            // what forged bytes may say
            for (const int energy : { -32768, -30000, 0, 30000, 32767 })
                for (const double strength : { 0.0, 1.0, 1e10, 3e38 })
                    for (const double noise : { 0.0, 1e-7, 0.5, 500.0, lost }) {
                        const auto estimate =
                            plan.decode(torch::randn({ 1, 500 }).sign() * strength,
                                        torch::full({ 1, 500 }, noise),
                                        { energy });
                        CPPUNIT_ASSERT(all_finite(estimate.coefficients));
                        CPPUNIT_ASSERT(all_finite(estimate.variances));
                        CPPUNIT_ASSERT(estimate.coefficients.abs().max().item<double>() <=
                                       32);
                        CPPUNIT_ASSERT(estimate.variances.min().item<double>() >= 0);
                    }
        }
        // and what pictures may hold
        std::vector<int> energy;
        for (const double strength : { 1e-30, 1e-10, 28.0 }) {
            const ResidualPlan plan(like_levels(1), 500);
            const auto sent = plan.encode(
                torch::full({ 1, code_channels, code_rows, code_columns }, strength),
                energy);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, sent.square().mean().item<double>(), 1e-3);
        }
    }

    void levels_that_are_no_numbers()
    {
        // of a net of damaged weights
        auto levels = torch::full({ 1, code_channels, code_rows, code_columns }, -80.0);
        levels[0][0].fill_(std::nan(""));
        levels[0][1].fill_(lost);
        levels[0][2].fill_(-lost);
        levels[0][3].fill_(1e9);
        const ResidualPlan plan(levels, 300);
        std::vector<int> energy;
        const auto sent = plan.encode(torch::full_like(levels, 0.1), energy);
        CPPUNIT_ASSERT(all_finite(sent));
        const auto estimate = plan.decode(sent, torch::full_like(sent, 0.1), energy);
        CPPUNIT_ASSERT(all_finite(estimate.coefficients));
        CPPUNIT_ASSERT(all_finite(estimate.variances));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_residual_code>
    register_qa_residual_code("residual_code");

} // namespace djescc
