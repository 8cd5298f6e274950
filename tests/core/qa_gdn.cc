/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of layers against closed forms: GDN, and transposed convolutions of wide kernels.

#include "net/gdn.h"
#include "net/transposed_conv.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <torch/torch.h>

namespace djescc {

class qa_gdn : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_gdn);
    CPPUNIT_TEST(wide_transposed_convolutions_equal_plain_ones);
    CPPUNIT_TEST(gdn_is_the_closed_form);
    CPPUNIT_TEST(gdn_gradients_are_the_closed_forms);
    CPPUNIT_TEST(gdn_stays_within_its_bounds_and_comes_back);
    CPPUNIT_TEST(inverse_gdn_undoes_gdn_to_first_order);
    CPPUNIT_TEST_SUITE_END();

    void wide_transposed_convolutions_equal_plain_ones()
    {
        torch::manual_seed(1);
        for (const int64_t stride : { 1, 2 }) {
            TransposedConv layer(5, 7, stride, /*kernel=*/9);
            const auto input = torch::randn({ 2, 5, 9, 6 });
            const auto expected = torch::conv_transpose2d(input,
                                                          layer->weight,
                                                          layer->bias,
                                                          stride,
                                                          /*padding=*/4,
                                                          /*output_padding=*/stride - 1);
            const auto output = layer(input);
            CPPUNIT_ASSERT(output.sizes() == expected.sizes());
            CPPUNIT_ASSERT(torch::allclose(output, expected, 1e-5, 1e-5));
            const auto gradient = [&](const torch::Tensor& values) {
                return torch::autograd::grad({ values.square().sum() },
                                             { layer->weight })[0];
            };
            CPPUNIT_ASSERT(
                torch::allclose(gradient(output), gradient(expected), 1e-4, 1e-2));
        }
    }

    static Gdn random_gdn(int64_t channels, bool inverse)
    {
        torch::NoGradGuard no_grad;
        Gdn layer(channels, inverse);
        layer->beta.uniform_(0.5, 2.0);
        layer->gamma.uniform_(0.0, 0.5);
        return layer;
    }

    // x_i / sqrt(beta_i + sum over j of gamma_ij x_j^2), or times the root
    static torch::Tensor
    closed_form(const Gdn& layer, const torch::Tensor& x, bool inverse)
    {
        std::vector<torch::Tensor> channels;
        for (int64_t i = 0; i < x.size(1); ++i) {
            auto energy = layer->beta[i] + torch::zeros_like(x.select(1, 0));
            for (int64_t j = 0; j < x.size(1); ++j)
                energy = energy + layer->gamma[i][j] * x.select(1, j).square();
            channels.push_back(x.select(1, i) * torch::pow(energy, inverse ? 0.5 : -0.5));
        }
        return torch::stack(channels, 1);
    }

    void gdn_is_the_closed_form()
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(2);
        const auto x = 2 * torch::randn({ 2, 5, 4, 3 });
        for (const bool inverse : { false, true }) {
            Gdn fresh(5, inverse);
            const auto power = inverse ? 0.5 : -0.5;
            CPPUNIT_ASSERT(torch::allclose(
                fresh(x), x * torch::pow(1 + 0.1 * x.square(), power), 1e-5, 1e-6));
            auto layer = random_gdn(5, inverse);
            CPPUNIT_ASSERT(
                torch::allclose(layer(x), closed_form(layer, x, inverse), 1e-5, 1e-6));
        }
    }

    void gdn_gradients_are_the_closed_forms()
    {
        torch::manual_seed(3);
        for (const bool inverse : { false, true }) {
            auto layer = random_gdn(4, inverse);
            auto x = torch::randn({ 2, 4, 3, 3 });
            x.requires_grad_();
            const auto weight = torch::randn({ 2, 4, 3, 3 });
            const auto gradients = [&](const torch::Tensor& y) {
                return torch::autograd::grad({ (y * weight).sum() },
                                             { x, layer->beta, layer->gamma });
            };
            const auto actual = gradients(layer(x));
            const auto expected = gradients(closed_form(layer, x, inverse));
            for (std::size_t i = 0; i < 3; ++i)
                CPPUNIT_ASSERT(torch::allclose(actual[i], expected[i], 1e-4, 1e-5));
        }
    }

    void gdn_stays_within_its_bounds_and_comes_back()
    {
        torch::manual_seed(4);
        Gdn layer(3);
        {
            torch::NoGradGuard no_grad;
            layer->beta.fill_(-1.0);
            layer->gamma.fill_(-1.0);
        }
        const auto x = torch::randn({ 1, 3, 4, 4 });
        const auto y = layer(x); // beta 1e-6, gamma 0
        CPPUNIT_ASSERT(torch::allclose(y, 1000 * x, 1e-4, 1e-3));
        const auto gradients = [&](const torch::Tensor& loss) {
            return torch::autograd::grad(
                { loss }, { layer->beta, layer->gamma }, {}, /*retain_graph=*/true);
        };
        // Less output asks for more of beta and gamma: the gradients lead back ...
        for (const auto& gradient : gradients(y.square().sum()))
            CPPUNIT_ASSERT((gradient < 0).all().item<bool>());
        // ... and more output asks for less than the bounds, which is not passed on.
        for (const auto& gradient : gradients(-y.square().sum()))
            CPPUNIT_ASSERT((gradient == 0).all().item<bool>());
    }

    void inverse_gdn_undoes_gdn_to_first_order()
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(5);
        Gdn gdn(6), inverse(6, true);
        const auto x = 0.25 * torch::randn({ 2, 6, 8, 8 });
        CPPUNIT_ASSERT(torch::allclose(inverse(gdn(x)), x, 1e-2, 1e-3));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_gdn> register_qa_gdn("gdn");

} // namespace djescc
