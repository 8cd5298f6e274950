/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests that large images run in tiles come out as in one run, and of tiles' halos.

#include "cipher/unet_nets.h"
#include "net/tiled.h"
#include "net/unet.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/codec/codec.h>
#include <torch/torch.h>

namespace djescc {
namespace {

// Sums of the same products, in whatever order.
constexpr double rounding = 1e-5;

void assert_close(const torch::Tensor& expected, const torch::Tensor& actual)
{
    CPPUNIT_ASSERT(expected.sizes() == actual.sizes());
    CPPUNIT_ASSERT(torch::allclose(expected, actual, /*rtol=*/0, /*atol=*/rounding));
}

//! 3x3 convolution, 5x5 convolution of stride 2, 3x3 convolution: halo 1 + 2 + 2 * 1.
class Halving : public torch::nn::Module
{
public:
    Halving() : d_weights{ weight(3, 4, 3), weight(4, 6, 5), weight(6, 5, 3) } {}

    torch::Tensor forward(const torch::Tensor& input) const
    {
        auto features = torch::relu(torch::conv2d(input, d_weights[0], {}, 1, 1));
        features = torch::relu(torch::conv2d(features, d_weights[1], {}, 2, 2));
        return torch::conv2d(features, d_weights[2], {}, 1, 1);
    }

    torch::Tensor
    tiled(const torch::Tensor& input, int64_t most_pixels, std::vector<Tile>& tiles) const
    {
        const auto note = [&](const Tile& tile) {
            tiles.push_back(tile);
            return forward(tile.input);
        };
        return run_tiled(*this, input, { 2, 1, 5 }, note, most_pixels);
    }

private:
    static torch::Tensor weight(int64_t in, int64_t out, int64_t side)
    {
        return torch::randn({ out, in, side, side }) / (side * std::sqrt(in));
    }

    std::vector<torch::Tensor> d_weights;
};

//! An image that run_tiled() cuts when nothing else is said, of a size that no tile
//! divides.
constexpr int64_t large_height = 1520, large_width = 1488;
static_assert(large_height * large_width > most_tile_pixels);

torch::Tensor tensor_of(const torch::Tensor& result) { return result; }
torch::Tensor tensor_of(const ProtectedImages& result) { return result.images; }
torch::Tensor tensor_of(const SymbolBatch& result) { return result.values; }
torch::Tensor tensor_of(const DecodedImages& result) { return result.images; }

//! forward() in one run, as gradients demand it, and in tiles.
template <typename Net, typename... Arguments>
void compare_large(Net& net, const Arguments&... arguments)
{
    net.eval();
    for (auto& parameter : net.parameters())
        parameter.set_requires_grad(false);
    CPPUNIT_ASSERT(torch::GradMode::is_enabled());
    const auto whole = tensor_of(net.forward(arguments...));
    torch::NoGradGuard no_grad;
    const auto tiled = tensor_of(net.forward(arguments...));
    if (whole.is_complex())
        assert_close(torch::view_as_real(whole), torch::view_as_real(tiled));
    else
        assert_close(whole, tiled);
}

nlohmann::json cipher_config()
{
    const nlohmann::json net = {
        { "widths", { 8, 12 } },          { "up_convolutions", 1 }, { "up_kernel", 3 },
        { "batch_normalization", false }, { "max_pooling", false }, { "leak", 0.1 },
        { "residual_blocks", 1 }
    };
    return { { "type", "unet" },
             { "space_to_depth", 4 },
             { "encrypt", net },
             { "decrypt", net } };
}

// With masks of a size that tiles do not start at, and nets that refine the mixing.
nlohmann::json tiled_masked_config()
{
    auto config = cipher_config();
    config["mask"] = { { "latents", 8 }, { "noise", 8 }, { "size", 7 } };
    auto net = config["encrypt"];
    net["widths"] = { 8 };
    config["mask"]["mix"] = net;
    config["mask"]["unmix"] = net;
    return config;
}

// Heads and residual blocks that start as nothing do something.
void fill_with_noise(torch::nn::Module& net)
{
    torch::NoGradGuard no_grad;
    for (auto& item : net.named_parameters())
        if (item.value().dim() > 1)
            item.value().normal_(
                0, 1 / std::sqrt(static_cast<double>(item.value()[0].numel())));
}

} // namespace

class qa_tiled : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_tiled);
    CPPUNIT_TEST(tiles_equal_one_run);
    CPPUNIT_TEST(tiles_are_small_and_few);
    CPPUNIT_TEST(small_images_stay_whole);
    CPPUNIT_TEST(batches_are_split_between_images);
    CPPUNIT_TEST(odd_sizes_run_whole);
    CPPUNIT_TEST(finer_outputs);
    CPPUNIT_TEST(positions_are_absolute);
    CPPUNIT_TEST(training_and_gradients_run_whole);
    CPPUNIT_TEST(unet_halo_is_the_receptive_field);
    CPPUNIT_TEST(large_plain_cipher);
    CPPUNIT_TEST(large_masked_cipher);
    CPPUNIT_TEST(large_masks_of_their_own);
    CPPUNIT_TEST(large_codec);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { torch::manual_seed(1); }

    void tiles_equal_one_run()
    {
        torch::NoGradGuard no_grad;
        Halving net;
        net.eval();
        const int64_t sizes[][2] = { { 100, 100 }, { 98, 246 }, { 300, 2 }, { 2, 302 } };
        for (const auto& size : sizes)
            for (const int64_t most : { 1, 1000, 3000, 8000 }) {
                const auto input = torch::rand({ 3, 3, size[0], size[1] });
                std::vector<Tile> tiles;
                const auto output = net.tiled(input, most, tiles);
                CPPUNIT_ASSERT(tiles.size() > 0);
                assert_close(net.forward(input), output);
            }
    }

    void tiles_are_small_and_few()
    {
        torch::NoGradGuard no_grad;
        Halving net;
        net.eval();
        constexpr int64_t most = 6000;
        const auto input = torch::rand({ 1, 3, 200, 300 });
        std::vector<Tile> tiles;
        net.tiled(input, most, tiles);
        CPPUNIT_ASSERT(tiles.size() > 1);
        int64_t pixels = 0;
        for (const auto& tile : tiles) {
            const int64_t own = tile.input.size(2) * tile.input.size(3);
            CPPUNIT_ASSERT(own <= most);
            pixels += own;
        }
        CPPUNIT_ASSERT(pixels < 200 * 300 * 3 / 2);
    }

    void small_images_stay_whole()
    {
        torch::NoGradGuard no_grad;
        Halving net;
        net.eval();
        const auto input = torch::rand({ 1, 3, 100, 100 });
        std::vector<Tile> tiles;
        net.tiled(input, 100 * 100, tiles);
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, tiles.size());
        CPPUNIT_ASSERT(tiles.front().input.is_same(input));
    }

    void batches_are_split_between_images()
    {
        torch::NoGradGuard no_grad;
        Halving net;
        net.eval();
        const auto input = torch::rand({ 5, 3, 100, 100 });
        std::vector<Tile> tiles;
        const auto output = net.tiled(input, 2 * 100 * 100, tiles);
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 3 }, tiles.size());
        for (const auto& tile : tiles)
            CPPUNIT_ASSERT_EQUAL(int64_t{ 100 }, tile.input.size(2));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 }, tiles.back().first_image);
        assert_close(net.forward(input), output);
    }

    void odd_sizes_run_whole()
    {
        torch::NoGradGuard no_grad;
        Halving net;
        net.eval();
        const auto input = torch::rand({ 2, 3, 101, 103 });
        std::vector<Tile> tiles;
        const auto output = net.tiled(input, 1000, tiles);
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, tiles.size());
        CPPUNIT_ASSERT(torch::equal(net.forward(input), output));
    }

    void finer_outputs()
    {
        torch::NoGradGuard no_grad;
        torch::nn::Module net;
        net.eval();
        const auto weight = torch::randn({ 8, 3, 3, 3 });
        const auto shuffle = [&](const torch::Tensor& input) {
            return torch::pixel_shuffle(torch::conv2d(input, weight, {}, 1, 1), 2);
        };
        const auto input = torch::rand({ 2, 3, 50, 71 });
        constexpr int64_t most = 2000;
        const auto step = [&](const Tile& tile) {
            CPPUNIT_ASSERT(4 * tile.input.size(2) * tile.input.size(3) <= most);
            return shuffle(tile.input);
        };
        assert_close(shuffle(input), run_tiled(net, input, { 1, 2, 1 }, step, most));
    }

    void positions_are_absolute()
    {
        torch::NoGradGuard no_grad;
        torch::nn::Module net;
        net.eval();
        const auto input = torch::arange(2 * 40 * 60).view({ 2, 1, 40, 60 });
        const auto place = [](const Tile& tile) {
            const auto& sizes = tile.input.sizes();
            const auto images =
                torch::arange(tile.first_image, tile.first_image + sizes[0]);
            const auto rows = torch::arange(tile.top, tile.top + sizes[2]);
            const auto columns = torch::arange(tile.left, tile.left + sizes[3]);
            return (images.view({ -1, 1, 1, 1 }) * 40 + rows.view({ -1, 1 })) * 60 +
                   columns;
        };
        CPPUNIT_ASSERT(
            torch::equal(input, run_tiled(net, input, { 4, 4, 3 }, place, 500)));
    }

    void training_and_gradients_run_whole()
    {
        Halving net;
        net.eval();
        const auto input = torch::rand({ 1, 3, 100, 100 }, torch::requires_grad());
        std::vector<Tile> tiles;
        const auto tiled = net.tiled(input, 1000, tiles);
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, tiles.size());
        tiled.square().sum().backward();
        const auto gradient = input.grad().clone();
        input.mutable_grad().reset();
        net.forward(input).square().sum().backward();
        CPPUNIT_ASSERT(torch::equal(input.grad(), gradient));

        torch::NoGradGuard no_grad;
        net.train();
        net.tiled(input, 1000, tiles);
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, tiles.size());
        CPPUNIT_ASSERT(tiles.back().input.is_same(input));
    }

    void unet_halo_is_the_receptive_field()
    {
        for (const int64_t levels : { 1, 2, 3 })
            for (const int64_t kernel : { 1, 3 })
                for (const int64_t blocks : { 0, 1 }) {
                    UNetOptions options;
                    options.in_channels = options.out_channels = 1;
                    options.widths = std::vector<int64_t>(levels, 2);
                    options.down_convolutions = 2;
                    options.up_convolutions = 1;
                    options.up_kernel = kernel;
                    options.residual_blocks = blocks;
                    options.max_pooling = false;
                    options.leak = 1; // linear: no path is cut off
                    UNet net(options);
                    net->eval();
                    {
                        torch::NoGradGuard no_grad;
                        for (auto& parameter : net->parameters())
                            parameter.fill_(1);
                    }
                    check_halo(*net);
                }
    }

    void large_plain_cipher()
    {
        const auto cipher = Cipher::create(cipher_config());
        const auto net = cipher->make_encryptor();
        fill_with_noise(*net);
        compare_large(
            *net, torch::rand({ 1, 3, large_height, large_width }), Conditions());
    }

    void large_masked_cipher()
    {
        const auto cipher = Cipher::create(tiled_masked_config());
        const auto encryptor = cipher->make_encryptor();
        const auto decryptor = cipher->make_decryptor();
        fill_with_noise(*encryptor);
        fill_with_noise(*decryptor);
        cipher->draw_secrets(*encryptor, *decryptor, at::detail::createCPUGenerator(3));
        const auto images = torch::rand({ 2, 3, large_height, large_width });
        compare_large(*encryptor, images, Conditions());
        compare_large(*decryptor, ProtectedImages{ images }, Conditions());
    }

    void large_masks_of_their_own()
    {
        const auto cipher = Cipher::create(tiled_masked_config());
        const auto net = cipher->make_encryptor();
        net->eval();
        for (auto& parameter : net->parameters())
            parameter.set_requires_grad(false);
        const auto images = torch::rand({ 2, 3, large_height, large_width });
        TrainingMoment moment;
        moment.seed = 4;
        moment.own_secrets = true;
        Conditions conditions;
        conditions.training = &moment;
        const auto whole = net->forward(images, conditions).images;
        torch::NoGradGuard no_grad;
        assert_close(whole, net->forward(images, conditions).images);
        // they serve once
        CPPUNIT_ASSERT(!torch::allclose(whole, net->forward(images, {}).images));
    }

    void large_codec()
    {
        const auto codec = Codec::create({ { "type", "djscc" }, { "t", 4 } });
        const auto encoder = codec->make_encoder();
        const auto decoder = codec->make_decoder();
        fill_with_noise(*encoder);
        fill_with_noise(*decoder);
        const ImageShape shape{ 3, large_height, large_width };
        compare_large(
            *encoder, torch::rand({ 2, 3, shape.height, shape.width }), Conditions());
        compare_large(*decoder,
                      SymbolBatch{ torch::randn({ 2, codec->symbol_count(shape) },
                                                torch::kComplexFloat) },
                      shape,
                      Conditions());
    }

private:
    // Weights are positive, so the gradient of a tile's sum is zero where and only where
    // the tile does not see the input.
    static void check_halo(UNetImpl& net)
    {
        constexpr int64_t side = 96, start = 40, end = 48;
        const auto input = torch::ones({ 1, 1, side, side }, torch::requires_grad());
        net.forward(input).slice(2, start, end).slice(3, start, end).sum().backward();
        const auto seen = input.grad()[0][0].sum(1).nonzero();
        const int64_t above = start - seen.min().item<int64_t>();
        const int64_t below = seen.max().item<int64_t>() + 1 - end;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, start % net.multiple());
        CPPUNIT_ASSERT_EQUAL(net.halo(), above);
        CPPUNIT_ASSERT(below <= net.halo());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_tiled> register_qa_tiled("tiled");

} // namespace djescc
