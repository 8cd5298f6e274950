/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cipher/ednn.h"

#include "cipher/ednn_decoders.h"
#include "cipher/logistic_map.h"
#include <algorithm>
#include <cmath>
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

    ImageShape protected_shape(const ImageShape& plain) const override
    {
        return { plain.channels,
                 plain.height / d_layers.sides[0] * d_layers.sides[2],
                 plain.width / d_layers.sides[0] * d_layers.sides[2] };
    }

    std::shared_ptr<ImageTransform> make_encryptor() const override
    {
        return std::make_shared<EdnnEncryptor>(d_layers);
    }

    std::shared_ptr<ImageTransform> make_decryptor() const override
    {
        return std::make_shared<EdnnDecryptor>(d_layers, d_decoder);
    }

    bool has_secrets() const override { return true; }

    void draw_secrets(ImageTransform& encryptor,
                      ImageTransform& decryptor,
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

    void set_key(ImageTransform& encryptor,
                 ImageTransform& decryptor,
                 const json& value) const override
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

    void change_key(ImageTransform& net, std::size_t change) const override
    {
        auto& own = dynamic_cast<EdnnNet&>(net);
        auto key = own.key();
        double& number = change < 2 ? key.r.at(change) : key.mu.at(change - 2);
        const double limit = change < 2 ? 1.0 : largest_drawn_mu;
        number += number + key_step < limit ? key_step : -key_step;
        own.set_key(key);
    }

    double key_bits() const override { return 4 * bits_per_number; }

private:
    static void assign(ImageTransform& net, const EdnnKey& key)
    {
        dynamic_cast<EdnnNet&>(net).set_key(key);
    }

    EdnnLayers d_layers;
    std::shared_ptr<const EdnnDecoder> d_decoder;
    json d_decoder_config;
};

} // namespace

std::unique_ptr<Cipher> make_ednn_cipher(const nlohmann::json& config)
{
    return std::make_unique<EdnnCipher>(config);
}

} // namespace djescc
