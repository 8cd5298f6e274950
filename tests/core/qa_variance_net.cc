/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the net that predicts variances: whole-number arithmetic, the same in any
// order.

#include "codec/block_dct.h"
#include "codec/variance_net.h"
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <torch/torch.h>
#include <vector>

namespace djescc {
namespace {

// float32 holds every whole number up to here.
constexpr int64_t exact_limit = int64_t{ 1 } << 24;

/*! The 16-point core transform of ITU-T H.265 as partial butterflies have it: a row's
 *  first half; the second half mirrors it, with the other sign in odd rows. */
int64_t core_entry(int64_t k, int64_t n)
{
    static const std::array<std::array<int, 8>, 8> odd{ {
        { 90, 87, 80, 70, 57, 43, 25, 9 },
        { 87, 57, 9, -43, -80, -90, -70, -25 },
        { 80, 9, -70, -87, -25, 57, 90, 43 },
        { 70, -43, -87, 9, 90, 25, -80, -57 },
        { 57, -80, -25, 90, -9, -87, 43, 70 },
        { 43, -90, 57, 25, -87, 70, 9, -80 },
        { 25, -70, 90, -80, 43, 9, -57, 87 },
        { 9, -25, 43, -57, 70, -80, 87, -90 },
    } };
    static const std::array<std::array<int, 4>, 4> twice_odd{ { { 89, 75, 50, 18 },
                                                                { 75, -18, -89, -50 },
                                                                { 50, -89, 18, 75 },
                                                                { 18, -50, 75, -89 } } };
    static const std::array<std::array<int, 2>, 4> rest{
        { { 64, 64 }, { 83, 36 }, { 64, -64 }, { 36, -83 } }
    };
    const auto at = [](int64_t i) { return static_cast<std::size_t>(i); };
    int64_t length = 16, sign = 1;
    for (int level = 0; level < 3; ++level, length /= 2) {
        if (n >= length / 2) {
            n = length - 1 - n;
            if (k % 2)
                sign = -sign;
        }
        if (k % 2 && level == 0)
            return sign * odd[at(k / 2)][at(n)];
        if (k % 2 && level == 1)
            return sign * twice_odd[at(k / 2)][at(n)];
        if (level == 2)
            return sign * rest[at(k)][at(n)];
        k /= 2;
    }
    return 0;
}

//! Whole numbers on a grid, feature by feature.
struct WholeGrid {
    int64_t features, rows, columns;
    std::vector<int64_t> numbers;

    WholeGrid(int64_t f, int64_t r, int64_t c)
        : features(f)
        , rows(r)
        , columns(c)
        , numbers(static_cast<std::size_t>(f * r * c), 0)
    {
    }
    int64_t& at(int64_t f, int64_t r, int64_t c)
    {
        return numbers[static_cast<std::size_t>((f * rows + r) * columns + c)];
    }
    //! Zero outside.
    int64_t padded(int64_t f, int64_t r, int64_t c)
    {
        return r < 0 || c < 0 || r >= rows || c >= columns ? 0 : at(f, r, c);
    }
};

int64_t rounded_quotient(int64_t number, int64_t divisor)
{
    return static_cast<int64_t>(
        std::nearbyint(static_cast<double>(number) / static_cast<double>(divisor)));
}

//! What the net is shown of a picture: logarithms of the core transform, and the quality.
WholeGrid shown_features(const torch::Tensor& picture, float quality)
{
    const auto pixel = picture.accessor<float, 3>();
    const int64_t rows = picture.size(1) / 16, columns = picture.size(2) / 16;
    WholeGrid grid(dct_coefficients + 1, rows, columns);
    for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < columns; ++column) {
            for (int64_t opponent = 0; opponent < 3; ++opponent) {
                std::array<std::array<int64_t, 16>, 16> levels{}, half{};
                for (int64_t y = 0; y < 16; ++y)
                    for (int64_t x = 0; x < 16; ++x) {
                        std::array<int64_t, 3> level{};
                        for (int64_t colour = 0; colour < 3; ++colour)
                            level.at(static_cast<std::size_t>(colour)) =
                                static_cast<int64_t>(std::nearbyint(
                                    255 * pixel[colour][16 * row + y][16 * column + x]));
                        const auto [red, green, blue] = level;
                        levels.at(static_cast<std::size_t>(y))
                            .at(static_cast<std::size_t>(x)) =
                            opponent == 0   ? red + green + blue - 383
                            : opponent == 1 ? red - blue
                                            : 2 * green - red - blue;
                    }
                for (int64_t v = 0; v < 16; ++v)
                    for (std::size_t x = 0; x < 16; ++x) {
                        int64_t sum = 0;
                        for (int64_t y = 0; y < 16; ++y)
                            sum += core_entry(v, y) *
                                   levels.at(static_cast<std::size_t>(y)).at(x);
                        half.at(static_cast<std::size_t>(v)).at(x) =
                            rounded_quotient(sum, 64);
                    }
                for (int64_t v = 0; v < 16; ++v)
                    for (int64_t u = 0; u < 16; ++u) {
                        int64_t sum = 0;
                        for (int64_t x = 0; x < 16; ++x)
                            sum +=
                                core_entry(u, x) * half.at(static_cast<std::size_t>(v))
                                                       .at(static_cast<std::size_t>(x));
                        CPPUNIT_ASSERT(std::abs(sum) < exact_limit);
                        const auto magnitude = std::abs(rounded_quotient(sum, 512));
                        grid.at(opponent * 256 + v * 16 + u, row, column) = std::lround(
                            8 * std::log2(1.0 + static_cast<double>(magnitude)));
                    }
            }
            grid.at(dct_coefficients, row, column) = std::clamp<int64_t>(
                static_cast<int64_t>(std::nearbyint(quality / 8)), 0, 255);
        }
    return grid;
}

//! The convolution \p name of a net, sums in int64, with what is exact asserted.
WholeGrid whole_layer(const VarianceNet& net,
                      const std::string& name,
                      WholeGrid input,
                      float output_steps)
{
    const auto parameters = net->named_parameters();
    const auto weights = parameters[name + ".weight"].detach().contiguous();
    const auto biases = parameters[name + ".bias"].detach().contiguous();
    const int64_t filters = weights.size(0), size = weights.size(2),
                  taps = weights[0].numel();
    WholeGrid output(filters, input.rows, input.columns);
    for (int64_t filter = 0; filter < filters; ++filter) {
        const auto* weight = weights.data_ptr<float>() + filter * taps;
        // The largest weight is 127 steps; more steps where all are large.
        float largest = 0;
        for (int64_t i = 0; i < taps; ++i)
            largest = std::max(largest, std::abs(weight[i]));
        float step = std::max(largest * (1 / 127.0f), 1e-6f);
        float sum = 0;
        for (int64_t i = 0; i < taps; ++i)
            sum += std::nearbyint(std::abs(weight[i]) / step);
        step *= std::max(sum * (1 / 63000.0f), 1.0f);
        std::vector<int64_t> numbers;
        int64_t magnitudes = 0;
        for (int64_t i = 0; i < taps; ++i) {
            numbers.push_back(static_cast<int64_t>(std::nearbyint(weight[i] / step)));
            CPPUNIT_ASSERT(std::abs(numbers.back()) <= 127);
            magnitudes += std::abs(numbers.back());
        }
        CPPUNIT_ASSERT_MESSAGE(name, magnitudes * 255 < exact_limit);
        for (int64_t row = 0; row < input.rows; ++row)
            for (int64_t column = 0; column < input.columns; ++column) {
                int64_t total = 0;
                std::size_t tap = 0;
                for (int64_t f = 0; f < input.features; ++f)
                    for (int64_t y = 0; y < size; ++y)
                        for (int64_t x = 0; x < size; ++x)
                            total += numbers[tap++] * input.padded(f,
                                                                   row + y - size / 2,
                                                                   column + x - size / 2);
                const float scale = step * (output_steps / 16);
                const float scaled = static_cast<float>(total) * scale;
                const float bias = biases[filter].item<float>() * output_steps;
                output.at(filter, row, column) =
                    static_cast<int64_t>(std::nearbyint(scaled + bias));
            }
    }
    return output;
}

void clamp_all(WholeGrid& grid, int64_t least, int64_t most)
{
    for (auto& number : grid.numbers)
        number = std::clamp(number, least, most);
}

//! The net's output for one picture by plain loops.
torch::Tensor reference_levels(const VarianceNet& net,
                               const torch::Tensor& picture,
                               float quality,
                               int depth)
{
    auto hidden = whole_layer(net, "first", shown_features(picture, quality), 16);
    clamp_all(hidden, 0, 255);
    for (int i = 1; i <= depth; ++i) {
        const auto added = whole_layer(net, "middle" + std::to_string(i), hidden, 16);
        for (std::size_t k = 0; k < hidden.numbers.size(); ++k)
            hidden.numbers[k] += added.numbers[k];
        clamp_all(hidden, 0, 255);
    }
    auto levels = whole_layer(net, "last", hidden, 8);
    clamp_all(levels, VarianceNetImpl::least_level, VarianceNetImpl::most_level);
    return torch::tensor(levels.numbers)
        .view({ levels.features, levels.rows, levels.columns })
        .to(torch::kFloat32);
}

//! A net with weights and biases that make use of all numbers.
VarianceNet lively_net(int64_t width, int64_t depth)
{
    const torch::NoGradGuard no_grad;
    VarianceNet net(width, depth);
    for (auto& item : net->named_parameters()) {
        const bool is_bias = item.value().dim() == 1;
        if (is_bias)
            item.value().add_(torch::randn_like(item.value()));
    }
    net->named_parameters()["last.weight"].mul_(10);
    return net;
}

//! Smooth pictures, one of them with noise.
torch::Tensor varied_pictures(int64_t count, int64_t height, int64_t width)
{
    auto pictures = torch::upsample_bilinear2d(
        torch::rand({ count, 3, 5, 5 }), { height, width }, true);
    pictures[0] += 0.2 * torch::randn({ 3, height, width });
    return pictures.clamp(0, 1);
}

torch::Tensor varied_qualities(int64_t count)
{
    return torch::randint(0, 1024, { count }).to(torch::kFloat32);
}

//! CPU autocast for as long as it lives.
class AutocastScope
{
public:
    AutocastScope()
    {
        at::autocast::set_autocast_cpu_dtype(torch::kBFloat16);
        at::autocast::set_cpu_enabled(true);
    }
    ~AutocastScope()
    {
        at::autocast::set_cpu_enabled(false);
        at::autocast::clear_cache();
    }
    AutocastScope(const AutocastScope&) = delete;
    AutocastScope& operator=(const AutocastScope&) = delete;
};

} // namespace

class qa_variance_net : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_variance_net);
    CPPUNIT_TEST(equals_whole_number_arithmetic);
    CPPUNIT_TEST(sums_stay_exact_with_the_largest_weights);
    CPPUNIT_TEST(batches_and_threads_do_not_matter);
    CPPUNIT_TEST(pictures_may_be_cut);
    CPPUNIT_TEST(order_of_features_does_not_matter);
    CPPUNIT_TEST(autocast_does_not_matter);
    CPPUNIT_TEST(training_gives_the_same);
    CPPUNIT_TEST(gradients_reach_every_parameter);
    CPPUNIT_TEST(levels_are_whole_and_in_their_range);
    CPPUNIT_TEST(learns_a_variance);
    CPPUNIT_TEST_SUITE_END();

    static void check_reference(VarianceNet net,
                                const torch::Tensor& pictures,
                                const torch::Tensor& qualities,
                                int depth)
    {
        const torch::NoGradGuard no_grad;
        const auto levels = net->forward(pictures, qualities);
        for (int64_t i = 0; i < pictures.size(0); ++i) {
            const auto expected =
                reference_levels(net, pictures[i], qualities[i].item<float>(), depth);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 0 },
                                 (expected != levels[i]).sum().item<int64_t>());
        }
        // and no constant, which anything would equal
        CPPUNIT_ASSERT(levels.std().item<double>() > 1);
    }

    void equals_whole_number_arithmetic()
    {
        torch::manual_seed(1);
        for (const int depth : { 0, 1, 3 })
            check_reference(lively_net(12, depth),
                            varied_pictures(2, 32, 48),
                            varied_qualities(2),
                            depth);
    }

    void sums_stay_exact_with_the_largest_weights()
    {
        torch::manual_seed(2);
        constexpr int64_t width = 256;
        const torch::NoGradGuard no_grad;
        auto net = lively_net(width, 1);
        auto parameters = net->named_parameters();
        parameters["first.bias"].fill_(1000); // every feature is as large as it can be
        auto& middle = parameters["middle1.weight"];
        for (int64_t filter = 0; filter < width; ++filter) {
            // As many equal weights as round up when their sum is bounded, and one that
            // is larger.
            auto row = middle[filter].view({ -1 });
            row.fill_(1e-4);
            row.slice(0, 0, filter).zero_();
            if (filter % 2)
                row[filter] = 1.27e-4 + 1e-6 * static_cast<double>(filter % 50);
        }
        parameters["middle1.bias"].uniform_(-400, -100);
        parameters["first.weight"].fill_(0.3);
        parameters["last.weight"].fill_(-0.3);
        check_reference(net, varied_pictures(1, 16, 16), varied_qualities(1), 1);
        middle.uniform_(0.9, 1);
        parameters["middle1.bias"].fill_(-40000);
        parameters["last.weight"].uniform_(-0.01, 0.01);
        const auto levels =
            net->forward(varied_pictures(1, 32, 32), torch::full({ 1 }, 500.0f));
        CPPUNIT_ASSERT(levels.isfinite().all().item<bool>());
    }

    void batches_and_threads_do_not_matter()
    {
        torch::manual_seed(3);
        const torch::NoGradGuard no_grad;
        auto net = lively_net(64, 2);
        const auto pictures = varied_pictures(6, 64, 96);
        const auto qualities = varied_qualities(6);
        const int threads = at::get_num_threads();
        at::set_num_threads(1);
        const auto together = net->forward(pictures, qualities);
        for (const int count : { 1, 2 }) {
            at::set_num_threads(count);
            for (const int64_t part : { 1, 2, 5 })
                for (int64_t first = 0; first < 6; first += part)
                    CPPUNIT_ASSERT(torch::equal(
                        together.slice(0, first, first + part),
                        net->forward(pictures.slice(0, first, first + part),
                                     qualities.slice(0, first, first + part))));
        }
        at::set_num_threads(threads);
        const auto order = torch::tensor({ 4, 2, 0, 5, 1, 3 });
        CPPUNIT_ASSERT(torch::equal(together.index_select(0, order),
                                    net->forward(pictures.index_select(0, order),
                                                 qualities.index_select(0, order))));
        // rows that do not follow each other in memory
        const auto strided = pictures.transpose(2, 3).contiguous().transpose(2, 3);
        CPPUNIT_ASSERT(torch::equal(together, net->forward(strided, qualities)));
        CPPUNIT_ASSERT(torch::equal(
            together,
            net->forward(pictures.contiguous(torch::MemoryFormat::ChannelsLast),
                         qualities)));
    }

    void pictures_may_be_cut()
    {
        torch::manual_seed(4);
        const torch::NoGradGuard no_grad;
        constexpr int64_t depth = 2; // blocks around a block that matter
        auto net = lively_net(48, depth);
        const auto picture = varied_pictures(1, 16 * 8, 16 * 12);
        const auto quality = varied_qualities(1);
        const auto whole = net->forward(picture, quality);
        for (const int64_t top : { 0, 1, 3 })
            for (const int64_t left : { 0, 2, 5 }) {
                const auto cut =
                    net->forward(picture.slice(2, 16 * top).slice(3, 16 * left), quality);
                const int64_t above = top == 0 ? 0 : depth,
                              before = left == 0 ? 0 : depth;
                CPPUNIT_ASSERT(
                    torch::equal(whole.slice(2, top + above).slice(3, left + before),
                                 cut.slice(2, above).slice(3, before)));
            }
    }

    void order_of_features_does_not_matter()
    {
        torch::manual_seed(5);
        const torch::NoGradGuard no_grad;
        constexpr int64_t width = 96;
        auto net = lively_net(width, 1);
        const auto pictures = varied_pictures(2, 48, 48);
        const auto qualities = varied_qualities(2);
        const auto levels = net->forward(pictures, qualities);
        // Features in another order, so all sums are added in another one.
        const auto order = torch::randperm(width);
        auto parameters = net->named_parameters();
        const auto reorder = [&](const std::string& name, int64_t dimension) {
            parameters[name].copy_(
                parameters[name].clone().index_select(dimension, order));
        };
        reorder("first.weight", 0);
        reorder("first.bias", 0);
        reorder("middle1.weight", 0);
        reorder("middle1.weight", 1);
        reorder("middle1.bias", 0);
        reorder("last.weight", 1);
        CPPUNIT_ASSERT(torch::equal(levels, net->forward(pictures, qualities)));
    }

    void autocast_does_not_matter()
    {
        torch::manual_seed(6);
        auto net = lively_net(32, 2);
        const auto pictures = varied_pictures(2, 48, 64);
        const auto qualities = varied_qualities(2);
        const auto expected = net->forward(pictures, qualities).detach();
        const AutocastScope autocast;
        const auto levels = net->forward(pictures, qualities);
        CPPUNIT_ASSERT(levels.scalar_type() == torch::kFloat32);
        CPPUNIT_ASSERT(torch::equal(expected, levels.detach()));
        const torch::NoGradGuard no_grad;
        CPPUNIT_ASSERT(torch::equal(expected, net->forward(pictures, qualities)));
    }

    void training_gives_the_same()
    {
        torch::manual_seed(7);
        auto net = lively_net(32, 2);
        const auto pictures = varied_pictures(3, 48, 64);
        const auto qualities = varied_qualities(3);
        const auto trained = net->forward(pictures, qualities);
        CPPUNIT_ASSERT(trained.requires_grad());
        const torch::NoGradGuard no_grad;
        CPPUNIT_ASSERT(torch::equal(trained.detach(), net->forward(pictures, qualities)));
    }

    void gradients_reach_every_parameter()
    {
        torch::manual_seed(8);
        for (const int64_t depth : { 0, 2 }) {
            VarianceNet net(24, depth);
            const auto levels =
                net->forward(varied_pictures(3, 32, 48), varied_qualities(3));
            (levels * torch::randn_like(levels)).mean().backward();
            for (const auto& item : net->named_parameters()) {
                CPPUNIT_ASSERT_MESSAGE(item.key(), item.value().grad().defined());
                CPPUNIT_ASSERT_MESSAGE(item.key(),
                                       item.value().grad().isfinite().all().item<bool>());
                CPPUNIT_ASSERT_MESSAGE(
                    item.key(), item.value().grad().abs().sum().item<double>() > 0);
            }
        }
    }

    void levels_are_whole_and_in_their_range()
    {
        torch::manual_seed(9);
        const torch::NoGradGuard no_grad;
        for (const double strength : { 1.0, 1000.0 }) {
            auto net = lively_net(32, 2);
            net->named_parameters()["last.weight"].mul_(strength);
            auto pictures = torch::rand({ 4, 3, 32, 32 });
            pictures[0].zero_();
            pictures[1].fill_(1);
            pictures[2] = pictures[2].round(); // the strongest noise
            // qualities that no coder has, too
            for (const double quality : { 0.0, 1023.0, -5.0, 1e9 }) {
                const auto levels = net->forward(pictures, torch::full({ 4 }, quality));
                CPPUNIT_ASSERT(levels.sizes() ==
                               (std::vector<int64_t>{ 4, dct_coefficients, 2, 2 }));
                CPPUNIT_ASSERT(torch::equal(levels, levels.round()));
                CPPUNIT_ASSERT(levels.min().item<double>() >=
                               VarianceNetImpl::least_level);
                CPPUNIT_ASSERT(levels.max().item<double>() <=
                               VarianceNetImpl::most_level);
            }
        }
        // Fresh nets expect what residuals at low rates have.
        VarianceNet fresh(64, 2);
        const auto levels =
            fresh->forward(varied_pictures(2, 64, 64), varied_qualities(2));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            -12 * VarianceNetImpl::levels_per_octave, levels.mean().item<double>(), 16);
    }

    void learns_a_variance()
    {
        torch::manual_seed(10);
        VarianceNet net(16, 1);
        torch::optim::Adam optimizer(net->parameters(), torch::optim::AdamOptions(0.02));
        const auto pictures = varied_pictures(4, 32, 32);
        const auto qualities = torch::full({ 4 }, 500.0f);
        // 2^-6 for the first half of the coefficients, 2^-16 for the others
        auto octaves = torch::full({ 1, dct_coefficients, 1, 1 }, -16.0);
        octaves.slice(1, 0, dct_coefficients / 2).fill_(-6);
        for (int step = 0; step < 150; ++step) {
            const auto predicted =
                net->forward(pictures, qualities) / VarianceNetImpl::levels_per_octave;
            // The expected -ln of a Gaussian density's shape, per octave.
            const auto loss =
                (M_LN2 * predicted + torch::exp2(octaves - predicted)).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
        const torch::NoGradGuard no_grad;
        const auto error =
            net->forward(pictures, qualities) / VarianceNetImpl::levels_per_octave -
            octaves;
        const auto far = error.abs().mean().item<double>();
        CPPUNIT_ASSERT_MESSAGE(std::to_string(far), far < 0.5);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_variance_net>
    register_qa_variance_net("variance_net");

} // namespace djescc
