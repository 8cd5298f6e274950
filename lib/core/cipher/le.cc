/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cipher/le.h"

#include "cipher/keyed_net.h"
#include "cipher/le_halves.h"
#include <djescc/files/config.h>
#include <numeric>
#include <torch/utils.h>

namespace djescc {
namespace {

//! Mask and permutation of a block's halves.
struct Table {
    torch::Tensor mask;  //!< bool
    torch::Tensor order; //!< int64: output i is input order[i]
};

Table make_table(const CipherKey& key, int64_t halves, torch::Device device)
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

class LeNet : public KeyedNet
{
public:
    explicit LeNet(bool inverse) : d_inverse(inverse) {}

    torch::Tensor forward(const torch::Tensor& images) override
    {
        const auto halves = le_halves(images);
        const auto table = make_table(key(), halves.size(3), images.device());
        const auto masked = [&](const torch::Tensor& values) {
            return torch::where(table.mask, half_levels - 1 - values, values);
        };
        const auto order = d_inverse ? torch::argsort(table.order) : table.order;
        return images_from_le_halves(masked(masked(halves).index_select(3, order)));
    }

private:
    bool d_inverse;
};

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
    std::shared_ptr<ImageTransform> make_encryptor() const override
    {
        return std::make_shared<LeNet>(/*inverse=*/false);
    }
    std::shared_ptr<ImageTransform> make_decryptor() const override
    {
        return std::make_shared<LeNet>(/*inverse=*/true);
    }
};

} // namespace

std::unique_ptr<Cipher> make_le_cipher(const nlohmann::json& config)
{
    return std::make_unique<LeCipher>(config);
}

} // namespace djescc
