/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `le`: scrambled and complemented halves of blocks, and the attack on it.

#include "cipher/keyed_net.h"
#include "cipher/known_pairs.h"
#include "cipher/le_halves.h"
#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>
#include <numeric>
#include <torch/utils.h>

namespace djescc {
namespace {

//! Mask and permutation of a block's halves.
struct LeTable {
    torch::Tensor mask;  //!< bool
    torch::Tensor order; //!< int64: output i is input order[i]
};

LeTable make_le_table(const CipherKey& key, int64_t halves, torch::Device device)
{
    HashKeystream mask_stream(key, "le mask"), order_stream(key, "le permutation");
    auto mask = torch::empty({ halves }, torch::kBool);
    std::vector<int64_t> order(static_cast<std::size_t>(halves));
    std::iota(order.begin(), order.end(), int64_t{ 0 });
    for (int64_t i = 0; i < halves; ++i)
        mask[i] = mask_stream.bit();
    for (int64_t i = halves - 1; i > 0; --i) // Fisher and Yates
        std::swap(order[static_cast<std::size_t>(i)],
                  order[static_cast<std::size_t>(order_stream.below(i + 1))]);
    return { mask.to(device), torch::tensor(order, torch::kInt64).to(device) };
}

torch::Tensor scramble_le(const torch::Tensor& images, const CipherKey& key, bool inverse)
{
    const auto halves = le_halves(images);
    const auto table = make_le_table(key, halves.size(3), images.device());
    const auto masked = [&](const torch::Tensor& values) {
        return torch::where(table.mask, half_levels - 1 - values, values);
    };
    const auto order = inverse ? torch::argsort(table.order) : table.order;
    return images_from_le_halves(masked(masked(halves).index_select(3, order)));
}

class LeEncryptor : public KeyedNet<Encryptor>
{
public:
    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override
    {
        return { scramble_le(plain, key(), /*inverse=*/false) };
    }
};

class LeDecryptor : public KeyedNet<Decryptor>
{
public:
    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override
    {
        return scramble_le(images.images, key(), /*inverse=*/true);
    }
};

/*! The permutation and the mask of the halves, found by comparing every half that goes in
 *  with every half that comes out; one known image usually gives all of them. */
torch::Tensor attack_le(const torch::Tensor& plain,
                        const torch::Tensor& hidden,
                        const torch::Tensor& protected_image)
{
    const auto in = le_halves(plain).flatten(0, 2), out = le_halves(hidden).flatten(0, 2);
    const int64_t count = in.size(1);
    const auto target = le_halves(protected_image);
    auto recovered = torch::zeros_like(target);
    for (int64_t i = 0; i < count; ++i) {
        const auto value = in.narrow(1, i, 1);
        const auto kept = (out - value).abs().mean(0);
        const auto complemented = (out - (half_levels - 1 - value)).abs().mean(0);
        const auto cost = torch::minimum(kept, complemented);
        const int64_t place = cost.argmin().item<int64_t>();
        const auto half = target.select(3, place);
        const bool flip = complemented[place].item<float>() < kept[place].item<float>();
        recovered.select(3, i).copy_(flip ? half_levels - 1 - half : half);
    }
    return images_from_le_halves(recovered);
}

/*! Cipher `le`, a baseline of the DJESCC paper's LeTable II: learnable image encryption
 *  of Tanaka (ICCE-TW 2018).
 *
 *  Pixels are rounded to 8 bits. Each block of 4x4 pixels, all channels together, is
 *  split into 4-bit halves (96 values of a colour block); those under a keyed mask become
 *  15 - v; a keyed permutation reorders them; the mask is applied again; halves are
 *  joined. One mask and one permutation serve every block.
 *
 *  Configuration: none. Key: {"key": "64 hexadecimal digits"}.
 */
class LeCipher : public KeyedCipher
{
public:
    explicit LeCipher(const nlohmann::json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "le");
        reader.finish();
    }

    nlohmann::json config() const override { return { { "type", "le" } }; }
    int64_t multiple() const override { return le_block_side; }
    int64_t block() const override { return le_block_side; }
    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<LeEncryptor>();
    }
    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<LeDecryptor>();
    }
    std::optional<torch::Tensor>
    known_plaintext_attack(const torch::Tensor& known_plain,
                           const torch::Tensor& known_protected,
                           const torch::Tensor& protected_image) const override
    {
        check_known_pairs(known_plain, known_protected);
        return attack_le(known_plain, known_protected, protected_image);
    }
};

const bool le_registered = Cipher::add("le", [](const nlohmann::json& config) {
    return std::make_unique<LeCipher>(config);
});

} // namespace

} // namespace djescc
