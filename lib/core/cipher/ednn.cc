/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `ednn`: its configuration, its keys, and the attack on it.

#include "cipher/ednn_decoders.h"
#include "cipher/known_pairs.h"
#include "cipher/linear_map.h"
#include "cipher/logistic_map.h"
#include <algorithm>
#include <cmath>
#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>
#include <torch/utils.h>

namespace djescc {
namespace {

using nlohmann::json;

constexpr int64_t largest_side = 256;
constexpr int64_t most_iterations = 1000000;
// Drawn keys stay clear of most of the map's periodic windows.
constexpr double smallest_drawn_mu = 3.9;
constexpr double largest_drawn_mu = 4.0;
// Fig. 3 of the paper changes keys by this much.
constexpr double key_step = 1e-15;
// Doubles in (0, 1) and [3.57, 4] on a grid of 1e-15, as the paper counts.
constexpr double bits_per_number = 49.83; // log2(1e15)

EdnnLayers read_layers(ConfigReader& reader)
{
    EdnnLayers layers;
    layers.weights = dct_weights_from_string(reader.get<std::string>("weights", "iso"));
    const auto sides = reader.get<std::vector<int64_t>>(
        "sides", { layers.sides.begin(), layers.sides.end() });
    if (sides.size() != layers.sides.size() || sides[0] < 2 || sides[1] < sides[0] ||
        sides[2] < sides[1] || sides[2] > largest_side)
        throw ConfigError("cipher.sides must be three rising numbers from 2 to 256");
    std::copy(sides.begin(), sides.end(), layers.sides.begin());
    layers.relu = reader.get("relu", true);
    layers.offset = reader.get_in<double>("offset", 0.0, 0.0, 1.0);
    return layers;
}

EdnnPaperOptions read_paper(ConfigReader& reader)
{
    EdnnPaperOptions options;
    options.output_iterations = reader.get_in<int64_t>(
        "output_iterations", options.output_iterations, 1, most_iterations);
    options.hidden_iterations = reader.get_in<int64_t>(
        "hidden_iterations", options.hidden_iterations, 1, most_iterations);
    options.lambda = reader.get_in("lambda", options.lambda, 0.0, 1e3);
    options.rho = reader.get_in("rho", options.rho, 0.0, 1e3);
    options.gamma = reader.get_in("gamma", options.gamma, 0.0, 1e3);
    options.tolerance = reader.get_in("tolerance", options.tolerance, 0.0, 1.0);
    return options;
}

EdnnLeastSquaresOptions read_least_squares(ConfigReader& reader)
{
    EdnnLeastSquaresOptions options;
    options.iterations =
        reader.get_in<int64_t>("iterations", options.iterations, 1, most_iterations);
    options.tolerance = reader.get_in("tolerance", options.tolerance, 0.0, 1.0);
    options.smoothness = reader.get_in("smoothness", options.smoothness, 1e-9, 1e9);
    return options;
}

json to_json(const EdnnPaperOptions& options)
{
    return { { "type", "paper" },
             { "output_iterations", options.output_iterations },
             { "hidden_iterations", options.hidden_iterations },
             { "lambda", options.lambda },
             { "rho", options.rho },
             { "gamma", options.gamma },
             { "tolerance", options.tolerance } };
}

json to_json(const EdnnLeastSquaresOptions& options)
{
    return { { "type", "least_squares" },
             { "iterations", options.iterations },
             { "tolerance", options.tolerance },
             { "smoothness", options.smoothness } };
}

//! True where the map has fallen into a cycle, so that parts of the rows keep their
//! order.
bool repeats(double r, double mu, int64_t side)
{
    auto sequence = logistic_sequence(r, mu, static_cast<std::size_t>(side * side));
    std::sort(sequence.begin(), sequence.end());
    return std::adjacent_find(sequence.begin(), sequence.end()) != sequence.end();
}

// Protected images are float32: what is known is known to about this precision.
constexpr double ednn_ridge = 1e-9;
constexpr double largest_attacked = 1 - 1e-6;

//! N x C x (rows * side) x (columns * side) to blocks of side x side.
torch::Tensor attacked_blocks(const torch::Tensor& images, int64_t side)
{
    return images
        .reshape({ -1, images.size(2) / side, side, images.size(3) / side, side })
        .permute({ 0, 1, 3, 2, 4 })
        .reshape({ -1, side, side });
}

/*! atanh(2 p - 1) is a linear map of the ReLU's output, whose DCT without the scrambling
 *  everybody can compute: the attacker's network has the same layers in the order of the
 *  DCT. Ridge regression over the known blocks finds the map's inverse: exact from as
 *  many known blocks as x2 has values on, a low-resolution view from some dozens. */
torch::Tensor attack_ednn(const EdnnLayers& layers,
                          const torch::Tensor& plain,
                          const torch::Tensor& hidden,
                          const torch::Tensor& protected_image)
{
    const EdnnMatrices matrices(layers, { { 0.5, 0.5 }, { 4, 4 } }, plain.device());
    const auto sums = [&](const torch::Tensor& images) {
        return (attacked_blocks(images, layers.sides[2]) * 2 - 1)
            .clamp(-largest_attacked, largest_attacked)
            .atanh()
            .flatten(1);
    };
    auto x2 =
        matrices.hidden.product(attacked_blocks(plain, layers.sides[0]) - layers.offset);
    if (layers.relu)
        x2 = x2.clamp_min(0);
    const LinearMap map(sums(hidden), x2.flatten(1), ednn_ridge);
    const int64_t side = layers.sides[1];
    const auto found = map.apply(sums(protected_image)).view({ -1, side, side });
    const auto blocks =
        EdnnLeastSquaresDecoder(layers, {}).decode_hidden(matrices, found);
    const int64_t rows = protected_image.size(2) / layers.sides[2],
                  columns = protected_image.size(3) / layers.sides[2];
    return blocks.reshape({ -1, rows, columns, layers.sides[0], layers.sides[0] })
        .permute({ 0, 1, 3, 2, 4 })
        .reshape({ 1, -1, rows * layers.sides[0], columns * layers.sides[0] });
}

/*! Cipher `ednn`: the untrained encryption net of Wang and Zhang, "A novel image
 *  encryption algorithm with deep neural network" (Signal Processing 196, 2022).
 *
 *  Every block of 64x64 pixels of every colour channel goes by itself through
 *  x2 = ReLU(W1 x), y = tanh(W2 x2), with matrices of DCT coefficients whose rows a
 *  logistic map has shuffled, and comes out as 100x100 values (y + 1) / 2. Decryption
 *  solves for the block. Nothing is trained; the key is r and mu of each layer's map, in
 *  the files of the roles `encrypt` and `decrypt`.
 *
 *  Protected pixels that are exactly 0, which y never gives, count as lost: the decoder
 *  works around them (black rectangles, symbols of lost bursts through codec `direct`).
 *
 *  Configuration (defaults in brackets):
 *  - "weights" ["iso"]: "iso" or "overcomplete", see dct_matrix()
 *  - "sides" [[64, 95, 100]]: of a block, of x2 and of y as squares; 2 to 256, rising
 *  - "relu" [true]: false leaves out the ReLU, a variant of this project's that decodes
 *    in closed form
 *  - "offset" [0]: taken from the pixels before W1, 0 to 1; 0.5 is this project's
 *  - "decoder": {"type": "least_squares"} (this project's) with "iterations" [200],
 *    "tolerance" [1e-5], "smoothness" [0.01], or {"type": "paper"} with
 *    "output_iterations" [500], "hidden_iterations" [5000], "lambda" [0.01], "rho"
 *    [1e-4], "gamma" [1e-5], "tolerance" [0]. Iterations stop early once no value
 *    changes by more than the tolerance.
 *
 *  Keys: {"r": [r_1, r_2], "mu": [mu_1, mu_2]}, r in (0, 1), mu in [3.57, 4].
 */
class EdnnCipher : public Cipher
{
public:
    explicit EdnnCipher(const json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "ednn");
        d_layers = read_layers(reader);
        ConfigReader decoder(reader.child("decoder"), "cipher.decoder");
        const auto type = decoder.get<std::string>("type", "least_squares");
        if (type == "paper") {
            const auto options = read_paper(decoder);
            d_decoder = std::make_shared<EdnnPaperDecoder>(d_layers, options);
            d_decoder_config = to_json(options);
        } else if (type == "least_squares") {
            const auto options = read_least_squares(decoder);
            d_decoder = std::make_shared<EdnnLeastSquaresDecoder>(d_layers, options);
            d_decoder_config = to_json(options);
        } else {
            throw ConfigError("cipher.decoder.type is \"" + type +
                              "\", but must be \"least_squares\" or \"paper\"");
        }
        decoder.finish();
        reader.finish();
        if (type == "paper" && (!d_layers.relu || d_layers.offset != 0))
            throw ConfigError(
                "cipher.decoder.type \"paper\" decodes the paper's net alone, "
                "with \"relu\" true and \"offset\" 0");
    }

    json config() const override
    {
        return { { "type", "ednn" },
                 { "weights", to_string(d_layers.weights) },
                 { "sides", d_layers.sides },
                 { "relu", d_layers.relu },
                 { "offset", d_layers.offset },
                 { "decoder", d_decoder_config } };
    }

    int64_t multiple() const override { return d_layers.sides[0]; }
    int64_t block() const override { return d_layers.sides[0]; }
    std::string paper() const override { return "ednn"; }
    int64_t usual_channels() const override { return 1; } // the paper's images are grey

    ImageShape protected_shape(const ImageShape& plain) const override
    {
        return { plain.channels,
                 plain.height / d_layers.sides[0] * d_layers.sides[2],
                 plain.width / d_layers.sides[0] * d_layers.sides[2] };
    }

    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<EdnnEncryptor>(d_layers);
    }

    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<EdnnDecryptor>(d_layers, d_decoder);
    }

    bool has_secrets() const override { return true; }

    void draw_secrets(Encryptor& encryptor,
                      Decryptor& decryptor,
                      at::Generator generator) const override
    {
        EdnnKey key;
        for (std::size_t layer = 0; layer < 2; ++layer) {
            do {
                const auto drawn = torch::rand({ 2 }, generator, torch::kFloat64);
                key.r[layer] = drawn[0].item<double>();
                key.mu[layer] =
                    smallest_drawn_mu +
                    (largest_drawn_mu - smallest_drawn_mu) * drawn[1].item<double>();
            } while (!(key.r[layer] > 0) ||
                     repeats(key.r[layer], key.mu[layer], d_layers.sides[layer + 1]));
        }
        assign(encryptor, key);
        assign(decryptor, key);
    }

    void
    set_key(Encryptor& encryptor, Decryptor& decryptor, const json& value) const override
    {
        ConfigReader reader(value, "key");
        EdnnKey key;
        try {
            key.r = reader.require<std::array<double, 2>>("r");
            key.mu = reader.require<std::array<double, 2>>("mu");
        } catch (const json::exception&) {
            throw ConfigError("key.r and key.mu must be two numbers each");
        }
        reader.finish();
        assign(encryptor, key);
        assign(decryptor, key);
    }

    std::vector<std::string> key_changes() const override
    {
        return { "r_1 by 1e-15", "r_2 by 1e-15", "mu_1 by 1e-15", "mu_2 by 1e-15" };
    }

    void change_key(RoleNet& net, std::size_t change) const override
    {
        auto& own = dynamic_cast<EdnnKeyHolder&>(net);
        auto key = own.key();
        double& number = change < 2 ? key.r.at(change) : key.mu.at(change - 2);
        const double limit = change < 2 ? 1.0 : largest_drawn_mu;
        number += number + key_step < limit ? key_step : -key_step;
        own.set_key(key);
    }

    double key_bits() const override { return 4 * bits_per_number; }

    std::optional<torch::Tensor>
    known_plaintext_attack(const torch::Tensor& known_plain,
                           const torch::Tensor& known_protected,
                           const torch::Tensor& protected_image) const override
    {
        check_known_pairs(known_plain, known_protected);
        return attack_ednn(d_layers, known_plain, known_protected, protected_image);
    }

private:
    static void assign(RoleNet& net, const EdnnKey& key)
    {
        dynamic_cast<EdnnKeyHolder&>(net).set_key(key);
    }

    EdnnLayers d_layers;
    std::shared_ptr<const EdnnDecoder> d_decoder;
    json d_decoder_config;
};

const bool ednn_registered = Cipher::add("ednn", [](const nlohmann::json& config) {
    return std::make_unique<EdnnCipher>(config);
});

} // namespace

} // namespace djescc
