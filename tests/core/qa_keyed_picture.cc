/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of what a key for symbols means for pictures, with a shipped model.

#include "counting_key.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/channel/channel.h>
#include <djescc/keys/frame_cipher.h>
#include <djescc/metrics/quality.h>
#include <djescc/runtime/role_runner.h>
#include <torch/torch.h>

namespace djescc {

//! What a key means for pictures, with a model that is shipped.
class qa_keyed_picture : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyed_picture);
#ifdef DJESCC_HAVE_SODIUM
    CPPUNIT_TEST(right_key_costs_nothing_and_wrong_key_gives_no_picture);
#else
    CPPUNIT_TEST(keys_are_not_available);
#endif
    CPPUNIT_TEST_SUITE_END();

    void keys_are_not_available() { CPPUNIT_ASSERT(!keys_available()); }

    static constexpr int64_t side = 256;

    //! A smooth colour picture, 1 x 3 x side x side.
    static torch::Tensor waves(double phase)
    {
        const auto places = torch::arange(side, torch::kFloat);
        const auto rows = places.reshape({ side, 1 });
        const auto columns = places.reshape({ 1, side });
        const auto red = torch::sin(rows / 9 + phase) + 0 * columns;
        const auto green = torch::cos(columns / 11 - phase) + 0 * rows;
        const auto blue = torch::sin((rows + columns) / 17);
        return 0.5 + 0.43 * torch::stack({ red, green, blue }).unsqueeze(0);
    }

    static std::complex<float>* data(torch::Tensor& symbols)
    {
        return reinterpret_cast<std::complex<float>*>(
            symbols.data_ptr<c10::complex<float>>());
    }

    void right_key_costs_nothing_and_wrong_key_gives_no_picture()
    {
        const torch::InferenceMode inference;
        const std::string model =
            std::string(DJESCC_SOURCE_DIR) + "/models/photo-slim-r6";
        RoleRunner encrypt(Role::encrypt, { model });
        RoleRunner encode(Role::encode, { model });
        RoleRunner decode(Role::decode, { model });
        RoleRunner decrypt(Role::decrypt, { model });
        const test::ScratchFolder folder("keyed_picture");
        const FrameCipher right(test::counting_key(folder));
        const FrameCipher wrong(test::counting_key(folder, 100));
        constexpr uint64_t counter = 12345;

        for (const double phase : { 0.0, 1.0 }) {
            const auto picture = waves(phase);
            const auto encoded = encode.run(encrypt.run(image_batch(picture)));
            const auto& symbols = encoded.values;
            const auto count = static_cast<std::size_t>(symbols.size(1));
            const auto quality = [&](const torch::Tensor& received) {
                FrameBatch batch = encoded;
                batch.values = received;
                return psnr(decrypt.run(decode.run(batch)).values, picture)
                    .item<double>();
            };

            for (const double snr_db : { 0.0, 10.0, 20.0 }) {
                const auto noise = [&](uint64_t seed) {
                    return reals_to_symbols(awgn(torch::zeros({ 1, 2 * symbols.size(1) }),
                                                 torch::tensor({ snr_db }, torch::kFloat),
                                                 at::detail::createCPUGenerator(seed)));
                };
                auto sent = symbols.clone();
                right.encipher(data(sent), count, counter);
                const auto received_by = [&](const FrameCipher& cipher,
                                             uint64_t receiver_counter,
                                             uint64_t seed) {
                    auto received = sent + noise(seed);
                    cipher.decipher(data(received), count, receiver_counter);
                    return quality(received);
                };
                // 0 dB of cost: the mean over eight draws of noise is the same
                double with_key = 0, without_key = 0;
                for (uint64_t seed = 0; seed < 8; seed++) {
                    with_key += received_by(right, counter, seed) / 8;
                    without_key += quality(symbols + noise(100 + seed)) / 8;
                }
                CPPUNIT_ASSERT_DOUBLES_EQUAL(without_key, with_key, 0.25);
                CPPUNIT_ASSERT(with_key > 20);

                CPPUNIT_ASSERT(received_by(wrong, counter, 1) < 10);
                CPPUNIT_ASSERT(received_by(right, counter + 1, 1) < 10);
                // what a receiver without a key would decode
                CPPUNIT_ASSERT(quality(sent + noise(1)) < 10);
            }
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_keyed_picture>
    register_qa_keyed_picture("keyed_picture");

} // namespace djescc
