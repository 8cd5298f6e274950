/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the block transform: against sums of cosines, and variances of half blocks.

#include "codec/block_dct.h"
#include <array>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <torch/torch.h>

namespace djescc {
namespace {

torch::Tensor doubles_of_noise(std::vector<int64_t> shape)
{
    return torch::randn(shape, torch::kFloat64);
}

//! DCT-II's basis function k at place n.
double dct_wave(int64_t k, int64_t n, int64_t side)
{
    const double length = std::sqrt((k == 0 ? 1.0 : 2.0) / static_cast<double>(side));
    return length * std::cos(M_PI * static_cast<double>((2 * n + 1) * k) /
                             static_cast<double>(2 * side));
}

//! How much of red, green and blue is in an opponent.
double opponent_part(int64_t opponent, int64_t colour)
{
    const std::array<std::array<double, 3>, 3> parts{
        { { 1, 1, 1 }, { 1, 0, -1 }, { -1, 2, -1 } }
    };
    const auto& row = parts.at(static_cast<std::size_t>(opponent));
    double square = 0;
    for (const double part : row)
        square += part * part;
    return row.at(static_cast<std::size_t>(colour)) / std::sqrt(square);
}

//! Coefficient by its definition, of the block whose first pixel is at \p top, \p left.
double coefficient_by_sums(
    const torch::Tensor& image, int64_t index, int64_t top, int64_t left, int64_t side)
{
    const int64_t opponent = index / (side * side), v = index / side % side,
                  u = index % side;
    const auto pixels = image.accessor<double, 3>();
    double sum = 0;
    for (int64_t colour = 0; colour < 3; ++colour)
        for (int64_t y = 0; y < side; ++y)
            for (int64_t x = 0; x < side; ++x)
                sum += opponent_part(opponent, colour) * dct_wave(v, y, side) *
                       dct_wave(u, x, side) * pixels[colour][top + y][left + x];
    return sum;
}

bool close_to(const torch::Tensor& a, const torch::Tensor& b, double tolerance)
{
    return a.sizes() == b.sizes() && torch::allclose(a, b, 0, tolerance);
}

} // namespace

class qa_block_dct : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_block_dct);
    CPPUNIT_TEST(is_the_sum_of_its_definition);
    CPPUNIT_TEST(keeps_lengths_and_inverts);
    CPPUNIT_TEST(constant_images_have_only_their_mean);
    CPPUNIT_TEST(greys_have_no_opponents);
    CPPUNIT_TEST(single_precision_is_enough);
    CPPUNIT_TEST(variances_of_half_blocks_are_those_of_the_product);
    CPPUNIT_TEST(variances_of_half_blocks_are_those_of_samples);
    CPPUNIT_TEST(gradients_pass);
    CPPUNIT_TEST_SUITE_END();

    void is_the_sum_of_its_definition()
    {
        torch::manual_seed(1);
        for (const int64_t side : { 8, 16 }) {
            const auto images = doubles_of_noise({ 2, 3, 2 * side, 3 * side });
            const auto coefficients = block_dct(images, side);
            CPPUNIT_ASSERT(coefficients.sizes() ==
                           (std::vector<int64_t>{ 2, 3 * side * side, 2, 3 }));
            for (int64_t index = 0; index < 3 * side * side; index += 7)
                for (int64_t row = 0; row < 2; ++row)
                    for (int64_t column = 0; column < 3; ++column)
                        CPPUNIT_ASSERT_DOUBLES_EQUAL(
                            coefficient_by_sums(
                                images[1], index, row * side, column * side, side),
                            coefficients[1][index][row][column].item<double>(),
                            1e-10);
        }
    }

    void keeps_lengths_and_inverts()
    {
        torch::manual_seed(2);
        for (const int64_t side : { 8, 16 }) {
            const auto images = doubles_of_noise({ 3, 3, 4 * side, 2 * side });
            const auto coefficients = block_dct(images, side);
            CPPUNIT_ASSERT(close_to(images.square().sum({ 1, 2, 3 }),
                                    coefficients.square().sum({ 1, 2, 3 }),
                                    1e-8));
            CPPUNIT_ASSERT(
                close_to(images, inverse_block_dct(coefficients, side), 1e-12));
            const auto any = doubles_of_noise({ 2, 3 * side * side, 1, 2 });
            CPPUNIT_ASSERT(
                close_to(any, block_dct(inverse_block_dct(any, side), side), 1e-12));
        }
    }

    void constant_images_have_only_their_mean()
    {
        for (const int64_t side : { 8, 16 }) {
            const auto images =
                torch::full({ 1, 3, 2 * side, 2 * side }, 0.75, torch::kFloat64);
            auto coefficients = block_dct(images, side);
            // sqrt(3) greys of side^2 pixels
            const double expected = 0.75 * std::sqrt(3.0) * static_cast<double>(side);
            CPPUNIT_ASSERT(close_to(torch::full({ 1, 2, 2 }, expected, torch::kFloat64),
                                    coefficients.select(1, 0),
                                    1e-12));
            CPPUNIT_ASSERT(coefficients.slice(1, 1).abs().max().item<double>() < 1e-12);
        }
    }

    void greys_have_no_opponents()
    {
        torch::manual_seed(3);
        const auto grey = doubles_of_noise({ 1, 1, 32, 32 }).repeat({ 1, 3, 1, 1 });
        const auto opponents = block_dct(grey).slice(1, dct_side * dct_side);
        CPPUNIT_ASSERT(opponents.abs().max().item<double>() < 1e-12);
    }

    void single_precision_is_enough()
    {
        torch::manual_seed(4);
        const auto images = torch::rand({ 2, 3, 64, 48 });
        CPPUNIT_ASSERT(close_to(images, inverse_block_dct(block_dct(images)), 1e-5));
        CPPUNIT_ASSERT(close_to(block_dct(images.to(torch::kFloat64)),
                                block_dct(images).to(torch::kFloat64),
                                1e-5));
        CPPUNIT_ASSERT(block_dct(images).scalar_type() == torch::kFloat32);
    }

    void variances_of_half_blocks_are_those_of_the_product()
    {
        torch::manual_seed(5);
        // Each coefficient by itself, of one block, in coefficients of its four halves.
        const auto units = torch::eye(dct_coefficients, torch::kFloat64)
                               .view({ dct_coefficients, dct_coefficients, 1, 1 });
        const auto parts = block_dct(inverse_block_dct(units), dct_side / 2);
        const auto variances =
            torch::rand({ 2, dct_coefficients, 2, 3 }, torch::kFloat64);
        const auto halves = variances_of_half_blocks(variances);
        CPPUNIT_ASSERT(halves.sizes() ==
                       (std::vector<int64_t>{ 2, dct_coefficients / 4, 4, 6 }));
        for (int64_t row = 0; row < 2; ++row)
            for (int64_t column = 0; column < 3; ++column) {
                const auto expected = torch::einsum(
                    "ikyx,ni->nkyx",
                    { parts.square(), variances.select(3, column).select(2, row) });
                CPPUNIT_ASSERT(close_to(expected,
                                        halves.slice(2, 2 * row, 2 * row + 2)
                                            .slice(3, 2 * column, 2 * column + 2),
                                        1e-12));
            }
    }

    void variances_of_half_blocks_are_those_of_samples()
    {
        torch::manual_seed(6);
        constexpr int64_t samples = 4000;
        const auto variances =
            torch::exp2(-8 * torch::rand({ 1, dct_coefficients, 1, 1 }));
        const auto drawn =
            torch::randn({ samples, dct_coefficients, 1, 1 }) * variances.sqrt();
        const auto found =
            block_dct(inverse_block_dct(drawn), dct_side / 2).square().mean(0);
        const auto ratio = found / variances_of_half_blocks(variances)[0];
        // A chi-squared mean's deviation is sqrt(2 / samples); of 768, within 5 of them.
        CPPUNIT_ASSERT((ratio - 1).abs().max().item<double>() <
                       5 * std::sqrt(2.0 / samples));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1, ratio.mean().item<double>(), 0.005);
    }

    void gradients_pass()
    {
        torch::manual_seed(7);
        const auto images = doubles_of_noise({ 1, 3, 16, 32 }).requires_grad_();
        const auto weights = doubles_of_noise({ 1, dct_coefficients, 1, 2 });
        (block_dct(images) * weights).sum().backward();
        // The transpose of an orthonormal transform is its inverse.
        CPPUNIT_ASSERT(close_to(inverse_block_dct(weights), images.grad(), 1e-12));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_block_dct>
    register_qa_block_dct("block_dct");

} // namespace djescc
