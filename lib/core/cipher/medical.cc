/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `medical`: features fused with keys of the logistic map.

#include "cipher/medical_nets.h"
#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>
#include <torch/utils.h>

namespace djescc::medical {
namespace {

constexpr double least_mu = 3.5699, largest_mu = 4; // eq. 1
constexpr double usual_mu = 3.99;
constexpr double key_step = 1e-15;
constexpr double bits_of_word = 61; // the paper's count of doubles in (0, 1)

/*! Cipher `medical`: the scheme of Long et al. (2023), whole, as a reference that runs in
 *  one process. Beside the image, EP and EK of four groups have to reach the recipient,
 *  59 values for each pixel, so no link carries it.
 *
 *  What the paper leaves open is settled as docs/medical.md says. At "width" 32 the nets
 *  have the 79,403,169 parameters of its Table 1, those of FFEM in both nets, counted
 *  once.
 *
 *  The key is {"b": [b_1, ..., b_4], "mu": mu}: whole numbers below 2^64, and 3.5699 to 4
 *  [3.99]. Every picture has feature keys of its own, from its SHA-256 and b, and its
 *  hash words travel as side bytes.
 *
 *  Configuration: "width" [32]: channels of the stem, 2, 8 or 32; at 8 the protected
 *  image has half the height and width, at 2 a quarter. "fusion" [true]: false is the
 *  autoencoder of the first training stage, without keys. "blocks" [[4, 3, 3, 3]]:
 *  ResBlocks of a path in each group. */
class MedicalCipher : public Cipher
{
public:
    explicit MedicalCipher(const nlohmann::json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "medical");
        d_options.width = reader.get_in<int64_t>("width", 32, 2, 32);
        d_options.fusion = reader.get("fusion", true);
        d_options.blocks = reader.get("blocks", d_options.blocks);
        reader.finish();
        const int64_t root = d_options.shuffle();
        if (root * root != d_options.latents())
            throw ConfigError("cipher.width must be 2, 8 or 32");
        for (const auto blocks : d_options.blocks)
            if (blocks < 1 || blocks > 16)
                throw ConfigError("cipher.blocks must be four numbers from 1 to 16");
    }

    nlohmann::json config() const override
    {
        return { { "type", "medical" },
                 { "width", d_options.width },
                 { "fusion", d_options.fusion },
                 { "blocks", d_options.blocks } };
    }

    int64_t multiple() const override { return downsampling; }
    int64_t usual_channels() const override { return 1; }
    std::string paper() const override { return "medical"; }

    ImageShape protected_shape(const ImageShape& plain) const override
    {
        return { plain.channels,
                 plain.height / downsampling * d_options.shuffle(),
                 plain.width / downsampling * d_options.shuffle() };
    }

    int64_t side_bytes() const override { return most_planes * plane_bytes; }

    int64_t values_beside(const ImageShape& plain) const override
    {
        int64_t values = 0;
        if (d_options.fusion)
            for (std::size_t group = 0; group < groups; ++group)
                values += 2 * d_options.channels(group) * (plain.height >> (group + 1)) *
                          (plain.width >> (group + 1));
        return values * plain.channels;
    }

    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<MedicalEncryptor>(d_options);
    }

    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<MedicalDecryptor>(d_options);
    }

    void share(Encryptor& encryptor, Decryptor& decryptor) const override
    {
        dynamic_cast<MedicalDecryptor&>(decryptor).share(
            dynamic_cast<MedicalEncryptor&>(encryptor));
    }

    bool has_secrets() const override { return d_options.fusion; }

    void draw_secrets(Encryptor& encryptor,
                      Decryptor& decryptor,
                      at::Generator generator) const override
    {
        std::array<uint64_t, groups> b{};
        for (auto& word : b) {
            constexpr int64_t half = int64_t{ 1 } << 32;
            const auto halves = torch::randint(half, { 2 }, generator, torch::kInt64);
            word = static_cast<uint64_t>(halves[0].item<int64_t>()) << 32 |
                   static_cast<uint64_t>(halves[1].item<int64_t>());
        }
        assign(encryptor, b, usual_mu);
        assign(decryptor, b, usual_mu);
    }

    void set_key(Encryptor& encryptor,
                 Decryptor& decryptor,
                 const nlohmann::json& value) const override
    {
        ConfigReader reader(value, "key");
        std::array<uint64_t, groups> b{};
        try {
            b = reader.require<std::array<uint64_t, groups>>("b");
        } catch (const nlohmann::json::exception&) {
            throw ConfigError("key.b must be four whole numbers below 2^64");
        }
        const double mu = reader.get_in("mu", usual_mu, least_mu, largest_mu);
        reader.finish();
        assign(encryptor, b, mu);
        assign(decryptor, b, mu);
    }

    std::vector<std::string> key_changes() const override
    {
        return { "x_0^1 by 1e-15", "x_0^2 by 1e-15", "x_0^3 by 1e-15", "x_0^4 by 1e-15" };
    }

    void change_key(RoleNet& net, std::size_t change) const override
    {
        dynamic_cast<FeatureKeyHolder&>(net).shift(change, key_step);
    }

    double key_bits() const override
    {
        return d_options.fusion ? groups * bits_of_word : 0;
    }

private:
    static void assign(RoleNet& net, const std::array<uint64_t, groups>& b, double mu)
    {
        dynamic_cast<FeatureKeyHolder&>(net).set_key(b, mu);
    }

    Options d_options;
};

const bool medical_registered = Cipher::add("medical", [](const nlohmann::json& config) {
    return std::make_unique<MedicalCipher>(config);
});

} // namespace
} // namespace djescc::medical
