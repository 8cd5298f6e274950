/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the loss terms of cipher `medical` against closed forms.

#include "error_text.h"
#include "loss/loss.h"
#include "loss/soft_statistics.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <torch/autograd.h>

namespace djescc {

namespace {

//! Images of every level equally often, N x 1 x 16 x 16.
torch::Tensor every_level() { return torch::arange(256).view({ 1, 1, 16, 16 }) / 255.0; }

double term_value(const std::string& term, ChainOutput output, const torch::Tensor& x)
{
    // Every loss looks at these, whatever its terms do.
    for (auto* images : { &output.protected_images, &output.decoded, &output.decrypted })
        if (!images->defined())
            *images = x;
    Loss loss({ { "distortion_weight", 0.0 }, { term, { { "weight", 1.0 } } } }, ".");
    return loss({ x, {}, output, {} }).total.item<double>();
}

} // namespace

class qa_medical_terms : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_medical_terms);
    CPPUNIT_TEST(histograms_count_between_bins);
    CPPUNIT_TEST(histogram_and_entropy);
    CPPUNIT_TEST(correlation_of_neighbours);
    CPPUNIT_TEST(pairs_of_neighbours);
    CPPUNIT_TEST(npcr_and_uaci);
    CPPUNIT_TEST(likeness_of_parameters);
    CPPUNIT_TEST(wrong_key_and_absolute_error);
    CPPUNIT_TEST(gradients_are_finite);
    CPPUNIT_TEST_SUITE_END();

    void histograms_count_between_bins()
    {
        const auto values = torch::tensor({ 0.0f, 1.0f, 0.4f, 0.5f }).view({ 1, 4 });
        const auto found = soft_histogram(values, 5); // bins 0, 0.25, 0.5, 0.75, 1
        const auto expected = torch::tensor({ 1.0f, 0.4f, 1.6f, 0.0f, 1.0f });
        CPPUNIT_ASSERT(torch::allclose(found[0], expected, 0, 1e-6));
        const auto pairs = soft_histogram_2d(values, values, 5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(4, pairs.sum().item<double>(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.4 * 0.6, pairs[0][1][2].item<double>(), 1e-6);
    }

    void histogram_and_entropy()
    {
        const ChainOutput even{ every_level(), {}, {} };
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0, term_value("histogram", even, every_level()), 1e-4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0, term_value("entropy", even, every_level()), 1e-4);
        // All 256 pixels of level 51: (256 - 1)^2 and 255 times 1, over 256 bins; 0 bits.
        const ChainOutput one{ torch::full({ 1, 1, 16, 16 }, 0.2), {}, {} };
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            255, term_value("histogram", one, every_level()), 0.05);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(8, term_value("entropy", one, every_level()), 1e-3);
        // Two levels: 7 bits fewer.
        auto two = torch::zeros({ 1, 1, 16, 16 });
        two.slice(2, 0, 8).fill_(1);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            7, term_value("entropy", { two, {}, {} }, every_level()), 1e-4);
    }

    void correlation_of_neighbours()
    {
        // A ramp from left to right: 1 across and down and on the diagonal.
        const auto ramp =
            torch::arange(16).view({ 1, 1, 1, 16 }).expand({ 1, 1, 16, 16 }) / 15.0;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1, term_value("correlation", { ramp, {}, {} }, ramp), 1e-4);
        // Rows that take turns: -1 down and on the diagonal, whose size counts.
        const auto rows = torch::arange(16).remainder(2).view({ 1, 1, 16, 1 });
        const auto columns = torch::arange(16).view({ 1, 1, 1, 16 }).remainder(2);
        const auto board = (rows + columns).remainder(2).to(torch::kFloat32);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1, term_value("correlation", { board, {}, {} }, board), 1e-3);
    }

    void pairs_of_neighbours()
    {
        // One level: all pairs in one cell of 64; 15 x 16 pairs across and down, 15 x 15
        // on the diagonal.
        const auto flat = torch::zeros({ 1, 1, 16, 16 });
        const auto loss = [](double pairs) {
            return std::pow(pairs - pairs / 64, 2) + 63 * std::pow(pairs / 64, 2);
        };
        CPPUNIT_ASSERT_DOUBLES_EQUAL((2 * loss(240) + loss(225)) / 3,
                                     term_value("pairs", { flat, {}, {} }, flat),
                                     1);
    }

    void npcr_and_uaci()
    {
        const auto image = torch::full({ 1, 1, 8, 8 }, 0.5);
        auto changed = image.clone();
        changed.slice(2, 0, 2) += 0.4; // a quarter
        ChainOutput output{ image, {}, {} };
        output.neighbours_protected = changed;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, term_value("npcr", output, image), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            std::abs(0.1 - 0.334635), term_value("uaci", output, image), 1e-6);
        // One level of difference counts by 1 - exp(-1).
        output.neighbours_protected = image + 1.0 / 255;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            std::exp(-1.0), term_value("npcr", output, image), 1e-4);
    }

    void likeness_of_parameters()
    {
        ChainOutput output{ every_level(), {}, {} };
        const auto a = torch::tensor({ 1.0f, 0.0f }).view({ 1, 2, 1, 1 }),
                   b = torch::tensor({ 1.0f, 1.0f }).view({ 1, 2, 1, 1 });
        output.protection = {
            { "alpha1", a }, { "ep1", b },  { "recovered1", a },
            { "alpha2", a }, { "ep2", -a }, { "recovered2", b },
        };
        const double root = std::sqrt(0.5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            root + 0, term_value("dissimilarity", output, every_level()), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0 + 1 - root, term_value("similarity", output, every_level()), 1e-6);
        output.protection.clear();
        const auto text = test::error_text<ConfigError>(
            [&] { term_value("similarity", output, every_level()); });
        test::assert_contains(text, "medical");
    }

    void wrong_key_and_absolute_error()
    {
        ChainOutput output{ {}, {}, torch::full({ 1, 1, 64, 64 }, 0.3) };
        const auto plain = torch::full({ 1, 1, 64, 64 }, 0.5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.2, term_value("l1", output, plain), 1e-6);
        // Noise is 1/4 away from the middle on average; one level lacks 8 bits; and a
        // picture that is the plain one has a UACI of 0.
        output.wrongly_decrypted = plain;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.25 + 7 + 0.334635, // 127.5 lies between two levels
                                     term_value("wrong_key_noise", output, plain),
                                     0.01);
    }

    void gradients_are_finite()
    {
        torch::manual_seed(1);
        // levels that never occur, and equal images
        auto images = torch::rand({ 2, 1, 8, 8 }).mul(0.5).set_requires_grad(true);
        const auto histogram = soft_histogram(images.flatten(1), 256);
        (histogram_loss(histogram) + entropy_loss(histogram) + correlation_loss(images) +
         pairs_loss(images) + npcr_loss(images, images.detach(), 1) +
         uaci_loss(images, images.detach()))
            .sum()
            .backward();
        CPPUNIT_ASSERT(torch::isfinite(images.grad()).all().item<bool>());
        CPPUNIT_ASSERT(images.grad().abs().max().item<double>() > 0);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_medical_terms>
    register_qa_medical_terms("medical_terms");

} // namespace djescc
