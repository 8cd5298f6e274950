/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of nets that somebody exported from Python, and of the opt-in that they need.

#include "error_text.h"
#include "scratch_folder.h"
#include "small_model.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <sstream>
#include <torch/script.h>

namespace djescc {

namespace {

// One symbol for two of an image's 3 H W values, so that nothing is lost.
constexpr char plain_encoder[] = R"(
def forward(self, images: Tensor) -> Tensor:
    return images.flatten(1)
)";
constexpr char plain_decoder[] = R"(
def forward(self, symbols: Tensor, height: int, width: int) -> Tensor:
    return symbols.reshape([symbols.size(0), 3, height, width])
)";
constexpr char negative[] = R"(
def forward(self, images: Tensor) -> Tensor:
    return 1.0 - images
)";

//! The bytes of an archive with this method, as Python's torch.jit.save() writes them.
std::string archive(const std::string& method)
{
    torch::jit::Module module("exported");
    module.define(method);
    std::ostringstream stream;
    module.save(stream);
    return stream.str();
}

nlohmann::json script_codec()
{
    return { { "type", "torchscript" },
             { "multiple", 2 },
             { "symbols_per_pixel", { 3, 2 } } };
}

//! A model directory made by hand, as somebody who exports from Python makes it.
class ScriptModel
{
public:
    explicit ScriptModel(const std::string& name) : d_folder(name)
    {
        d_manifest.name = "exported";
        d_manifest.cipher = { { "type", "torchscript" }, { "multiple", 4 } };
        d_manifest.codec = script_codec();
        set(Role::encrypt, archive(negative));
        set(Role::encode, archive(plain_encoder));
        set(Role::decode, archive(plain_decoder));
        set(Role::decrypt, archive(negative));
    }

    void set(Role role, const std::string& bytes)
    {
        const std::string file = to_string(role) + ".pt";
        const std::string path = d_folder.file(file, bytes);
        d_manifest.weights[role] = { file, sha256_of_file(path) };
    }
    void set_codec(const nlohmann::json& codec) { d_manifest.codec = codec; }
    Model model() const
    {
        d_manifest.write(d_folder.path("model.json"));
        return Model(d_folder.path(""));
    }
    std::string path(const std::string& name) const { return d_folder.path(name); }

private:
    test::ScratchFolder d_folder;
    Manifest d_manifest;
};

RuntimeOptions trusting()
{
    RuntimeOptions options = test::on_cpu();
    options.allow_code = true;
    return options;
}

} // namespace

class qa_torchscript : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_torchscript);
    CPPUNIT_TEST(refused_without_opt_in);
    CPPUNIT_TEST(runs_with_opt_in);
    CPPUNIT_TEST(complex_symbols);
    CPPUNIT_TEST(adaptive_codec_is_told_the_snr);
    CPPUNIT_TEST(tampered_archives);
    CPPUNIT_TEST(scripts_that_misbehave);
    CPPUNIT_TEST(saved_again);
    CPPUNIT_TEST(not_loaded);
    CPPUNIT_TEST(symbol_counts);
    CPPUNIT_TEST(bad_configurations);
    CPPUNIT_TEST_SUITE_END();

    void refused_without_opt_in()
    {
        const ScriptModel exported("script_refused");
        const Model model = exported.model();
        const auto contains = [&](const std::function<void()>& load, const char* file) {
            const auto text = test::error_text<ModelError>(load);
            test::assert_contains(text, exported.path(file) + " is TorchScript");
            test::assert_contains(text, "code that runs with your rights");
            test::assert_contains(text, "allow_code");
        };
        const auto options = test::on_cpu();
        contains([&] { model.load_encryptor(options); }, "encrypt.pt");
        contains([&] { model.load_encoder(options); }, "encode.pt");
        contains([&] { model.load_decoder(options); }, "decode.pt");
        contains([&] { model.load_decryptor(options); }, "decrypt.pt");
        model.verify(); // reads hashes only

        ::setenv("DJESCC_ALLOW_CODE", "yes", 1); // only "1" will do
        contains([&] { model.load_encryptor(options); }, "encrypt.pt");
        ::setenv("DJESCC_ALLOW_CODE", "1", 1);
        const auto allowed = model.load_encryptor(options);
        ::unsetenv("DJESCC_ALLOW_CODE");
        CPPUNIT_ASSERT(allowed != nullptr);
    }

    void runs_with_opt_in()
    {
        const ScriptModel exported("script_runs");
        const Model model = exported.model();
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 }, model.multiple());
        const auto images = torch::rand({ 2, 3, 4, 8 });
        const auto hidden = model.load_encryptor(trusting())->forward(images, {}).images;
        CPPUNIT_ASSERT(torch::equal(1.0 - images, hidden));
        const auto symbols = model.load_encoder(trusting())->forward(hidden, {}).values;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 48 }, symbols.size(1));
        const auto power = symbols.abs().square().mean(1);
        CPPUNIT_ASSERT(torch::allclose(power, torch::ones({ 2 })));
        const auto scale =
            (48 / hidden.square().sum(std::vector<int64_t>{ 1, 2, 3 }, true)).sqrt();
        const auto decoded =
            model.load_decoder(trusting())->forward({ symbols }, { 3, 4, 8 }, {}).images;
        CPPUNIT_ASSERT(torch::allclose(hidden * scale, decoded));
        CPPUNIT_ASSERT(torch::equal(
            1.0 - decoded, model.load_decryptor(trusting())->forward({ decoded }, {})));
    }

    void complex_symbols()
    {
        ScriptModel exported("script_complex");
        exported.set_codec(
            { { "type", "torchscript" }, { "symbols_per_pixel", { 1, 1 } } });
        exported.set(Role::encode, archive(R"(
def forward(self, images: Tensor) -> Tensor:
    return torch.complex(images[:, 0].flatten(1), images[:, 1].flatten(1))
)"));
        const auto images = torch::rand({ 2, 3, 2, 3 });
        const auto symbols =
            exported.model().load_encoder(trusting())->forward(images, {}).values;
        CPPUNIT_ASSERT(symbols.scalar_type() == torch::kComplexFloat);
        const auto expected = images.slice(1, 0, 2).reshape({ 2, 12 });
        const auto scale = (6 / expected.square().sum(1, true)).sqrt();
        CPPUNIT_ASSERT(
            torch::allclose(torch::cat({ torch::real(symbols), torch::imag(symbols) }, 1),
                            expected * scale));
    }

    void adaptive_codec_is_told_the_snr()
    {
        ScriptModel exported("script_adaptive");
        auto codec = script_codec();
        codec["adaptive"] = true;
        exported.set_codec(codec);
        exported.set(Role::decode, archive(R"(
def forward(self, symbols: Tensor, height: int, width: int, snr_db: Tensor) -> Tensor:
    return snr_db.reshape([-1, 1, 1, 1]).expand([-1, 3, height, width])
)"));
        const auto decoder = exported.model().load_decoder(trusting());
        const auto symbols = torch::zeros({ 2, 6 }, torch::kComplexFloat);
        const auto images =
            decoder->forward({ symbols }, { 3, 2, 2 }, { torch::tensor({ 3.0f, 7.0f }) })
                .images;
        CPPUNIT_ASSERT_EQUAL(3.0f, images[0][2][1][1].item<float>());
        CPPUNIT_ASSERT_EQUAL(7.0f, images[1][0][0][0].item<float>());
        test::assert_contains(test::error_text<ConfigError>([&] {
                                  decoder->forward({ symbols }, { 3, 2, 2 }, {});
                              }),
                              "must be told the SNR");
        // an encoder without the parameter does not belong to an adaptive codec
        test::assert_contains(test::error_text<ModelError>(
                                  [&] { exported.model().load_encoder(trusting()); }),
                              "must have a method forward(images, snr_db)");
    }

    void tampered_archives()
    {
        ScriptModel exported("script_tampered");
        const Model model = exported.model();
        std::ofstream(exported.path("decode.pt"), std::ios::app) << "x";
        test::assert_contains(
            test::error_text<ModelError>([&] { model.load_decoder(trusting()); }),
            "another SHA-256");
        test::assert_contains(test::error_text<ModelError>([&] { model.verify(); }),
                              "another SHA-256");
        exported.set(Role::decode, "not an archive");
        test::assert_contains(test::error_text<ModelError>(
                                  [&] { exported.model().load_decoder(trusting()); }),
                              "decode.pt cannot be loaded as TorchScript");
        const std::string good = archive(plain_decoder);
        exported.set(Role::decode, good.substr(0, good.size() / 2));
        test::assert_contains(test::error_text<ModelError>(
                                  [&] { exported.model().load_decoder(trusting()); }),
                              "cannot be loaded as TorchScript");
    }

    void scripts_that_misbehave()
    {
        ScriptModel exported("script_misbehaves");
        const auto refusal = [&](const std::string& method) {
            exported.set(Role::encrypt, archive(method));
            return test::error_text<ModelError>([&] {
                exported.model()
                    .load_encryptor(trusting())
                    ->forward(torch::rand({ 1, 3, 4, 4 }), {});
            });
        };
        const std::string signature = "def forward(self, images: Tensor)";
        test::assert_contains(
            refusal(signature + " -> Tensor:\n    return images[:, 1:]\n"),
            "encrypt.pt returned images of shape [1, 2, 4, 4] "
            "instead of [1, 3, 4, 4]");
        test::assert_contains(refusal(signature + " -> int:\n    return 1\n"),
                              "returned a Int instead of a tensor");
        test::assert_contains(
            refusal(signature +
                    " -> Tensor:\n    assert images.size(0) > 9, \"no picture\"\n"
                    "    return images\n"),
            "no picture");
        test::assert_contains(
            refusal(signature + " -> Tensor:\n    return images + torch.ones([7])\n"),
            "encrypt.pt failed: ");
        test::assert_contains(refusal("def run(self, images: Tensor) -> Tensor:\n"
                                      "    return images\n"),
                              "must have a method forward(images)");
        test::assert_contains(refusal("def forward(self) -> int:\n    return 1\n"),
                              "must have a method forward(images)");
    }

    void saved_again()
    {
        const ScriptModel exported("script_saved");
        const Model model = exported.model();
        const ModelNets nets{ model.load_encryptor(trusting()),
                              model.load_encoder(trusting()),
                              model.load_decoder(trusting()),
                              model.load_decryptor(trusting()) };
        const test::ScratchFolder folder("script_saved_again");
        save_model(folder.path("m"), model.manifest(), nets);
        const auto images = torch::rand({ 1, 3, 4, 4 });
        CPPUNIT_ASSERT(torch::equal(1.0 - images,
                                    Model(folder.path("m"))
                                        .load_encryptor(trusting())
                                        ->forward(images, {})
                                        .images));
        split_model(model, Role::decode, folder.path("decode"));
        CPPUNIT_ASSERT(Model(folder.path("decode")).fingerprint() == model.fingerprint());
        Model(folder.path("decode")).load_decoder(trusting());
    }

    void not_loaded()
    {
        const auto encoder = Codec::create(script_codec())->make_encoder();
        test::assert_contains(test::error_text<ModelError>([&] {
                                  encoder->forward(torch::rand({ 1, 3, 2, 2 }), {});
                              }),
                              "has not been loaded");
    }

    void symbol_counts()
    {
        const auto codec = Codec::create(script_codec());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 48 }, codec->symbol_count({ 3, 4, 8 }));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, codec->bandwidth_ratio(), 1e-12);
        CPPUNIT_ASSERT_EQUAL(std::string("H * W * 3 / 2"), codec->symbol_formula());
        CPPUNIT_ASSERT_EQUAL(codec->config(), Codec::create(codec->config())->config());
    }

    void bad_configurations()
    {
        const auto refusal = [](const char* key, const nlohmann::json& value) {
            auto config = script_codec();
            config[key] = value;
            return test::error_text<ConfigError>([&] { Codec::create(config); });
        };
        test::assert_contains(refusal("symbols_per_pixel", 1),
                              "[numerator, denominator]");
        test::assert_contains(refusal("symbols_per_pixel", { 1 }), "[numerator");
        test::assert_contains(refusal("symbols_per_pixel", { 1, 0 }), "from 1 to");
        test::assert_contains(refusal("symbols_per_pixel", { -1, 2 }), "from 1 to");
        test::assert_contains(refusal("symbols_per_pixel", { 1, 8 }), "no whole number");
        test::assert_contains(refusal("multiple", 0), "codec.multiple is 0");
        test::assert_contains(refusal("channels", 0), "codec.channels is 0");
        test::assert_contains(refusal("adaptive", 1), "codec.adaptive");
        test::assert_contains(refusal("file", "x.pt"), "codec.file is not a known");
        test::assert_contains(test::error_text<ConfigError>([] {
                                  Codec::create({ { "type", "torchscript" } });
                              }),
                              "codec.symbols_per_pixel is missing");
        test::assert_contains(
            test::error_text<ConfigError>([] {
                Cipher::create({ { "type", "torchscript" }, { "multiple", -1 } });
            }),
            "cipher.multiple is -1");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_torchscript>
    register_qa_torchscript("torchscript");

} // namespace djescc
