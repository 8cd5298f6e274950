/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of hardening: what is measured of the link, and what it costs.

#include "error_text.h"
#include "scratch_folder.h"
#include "wave_pictures.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <djescc/model/harden.h>
#include <djescc/model/rekey.h>

namespace djescc {

#ifdef DJESCC_HAVE_SODIUM

class qa_harden : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_harden);
    CPPUNIT_TEST(a_shipped_model_keeps_its_quality);
    CPPUNIT_TEST(other_ciphers_and_destinations_are_refused);
    CPPUNIT_TEST_SUITE_END();

    static std::string shipped(const std::string& name)
    {
        return DJESCC_SOURCE_DIR "/models/" + name;
    }

    //! Of the decrypted pictures at 10 dB, in dB.
    static double quality(const Model& model, const Dataset& pictures)
    {
        RuntimeOptions cpu;
        cpu.device = "cpu";
        const ModelNets nets{ model.load_encryptor(cpu),
                              model.load_encoder(cpu),
                              model.load_decoder(cpu),
                              model.load_decryptor(cpu) };
        const torch::NoGradGuard no_grad;
        const auto plain = dynamic_cast<const test::WavePictures&>(pictures).images(32);
        auto hidden = nets.encryptor->forward(plain, {});
        Conditions known;
        known.snr_db = torch::full({ 32 }, 10.0f);
        auto symbols = nets.encoder->forward(hidden.images, known);
        torch::manual_seed(1);
        symbols.values =
            symbols.values + torch::randn_like(symbols.values) * std::sqrt(0.1);
        hidden.images = nets.decoder->forward(symbols, { 3, 32, 32 }, known).images;
        const auto error =
            (nets.decryptor->forward(hidden, {}) - plain).square().mean({ 1, 2, 3 });
        return (-10 * error.log10()).mean().item<double>();
    }

    void a_shipped_model_keeps_its_quality()
    {
        const test::ScratchFolder folder("harden");
        const Model before(shipped("cifar10-slim-r6"));
        const test::WavePictures pictures(64, 32);
        HardenOptions options;
        options.name = "mine";
        const auto links = harden_model(
            before, folder.path("hard"), pictures, options, make_random_generator());
        CPPUNIT_ASSERT_EQUAL(std::size_t(16), links.size());
        // Its last latent does not get through, the first one does.
        CPPUNIT_ASSERT(links.back().dead);
        CPPUNIT_ASSERT(!links.front().dead);
        CPPUNIT_ASSERT(links.front().snr() > 4);
        const Model after(folder.path("hard"));
        after.verify();
        CPPUNIT_ASSERT_EQUAL(std::string("mine"), after.manifest().name);
        CPPUNIT_ASSERT_EQUAL(std::string("keyed-unet"), after.cipher().type());
        CPPUNIT_ASSERT(after.cipher().config().at("dead") == nlohmann::json({ 15 }));
        const double lost = quality(before, pictures) - quality(after, pictures);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(lost), lost < 1.5);
    }

    void other_ciphers_and_destinations_are_refused()
    {
        const test::ScratchFolder folder("harden");
        const test::WavePictures pictures(4, 32);
        const auto refused = [&](const std::string& name,
                                 const std::string& destination,
                                 const HardenOptions& options) {
            return test::error_text<Error>([&] {
                harden_model(Model(shipped(name)),
                             destination,
                             pictures,
                             options,
                             make_random_generator());
            });
        };
        test::assert_contains(refused("cifar10-slim-r6-pe", folder.path("pe"), {}),
                              "cipher unet with a mask");
        test::assert_contains(refused("cifar10-slim-r6", shipped("cifar10-slim-r6"), {}),
                              "already holds a model");
        HardenOptions odd;
        odd.crop = 30;
        test::assert_contains(refused("cifar10-slim-r6", folder.path("odd"), odd),
                              "multiples of 8");
    }
};

#else

class qa_harden : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_harden);
    CPPUNIT_TEST(signal_to_noise);
    CPPUNIT_TEST_SUITE_END();

    void signal_to_noise()
    {
        LatentLink link;
        link.deviation = 2;
        link.gain = 0.5;
        link.noise = 0.5;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(4, link.snr(), 1e-9);
    }
};

#endif

static const CPPUNIT_NS::AutoRegisterSuite<qa_harden> register_qa_harden("harden");

} // namespace djescc
