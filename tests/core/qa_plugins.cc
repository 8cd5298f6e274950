/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of ciphers and codecs from outside: their types, and libraries that hold them.

#include "error_text.h"
#include "sample_plugins.h"
#include "scratch_folder.h"
#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/net/plugins.h>

namespace djescc {

class qa_plugins : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_plugins);
    CPPUNIT_TEST(types_are_listed);
    CPPUNIT_TEST(taken_names_are_refused);
    CPPUNIT_TEST(unknown_types);
    CPPUNIT_TEST(made_by_name);
    CPPUNIT_TEST(libraries_that_cannot_be_loaded);
    CPPUNIT_TEST_SUITE_END();

    template <typename Plugin>
    static void check_types(const std::vector<std::string>& some)
    {
        const auto types = Plugin::types();
        CPPUNIT_ASSERT(std::is_sorted(types.begin(), types.end()));
        CPPUNIT_ASSERT(std::adjacent_find(types.begin(), types.end()) == types.end());
        for (const auto& type : some)
            CPPUNIT_ASSERT_MESSAGE(type,
                                   std::binary_search(types.begin(), types.end(), type));
    }

    void types_are_listed()
    {
        check_types<Codec>(
            { "direct", "djscc", "torchscript", "test_adaptive", "test_prefix" });
        check_types<Cipher>(
            { "ednn", "le", "none", "pe", "torchscript", "unet", "test_meanless" });
    }

    void taken_names_are_refused()
    {
        const auto before = Codec::types();
        const auto adaptive = [](const nlohmann::json&) {
            return std::make_unique<test::AdaptiveCodec>();
        };
        for (const char* name : { "djscc", "test_adaptive" })
            test::assert_contains(
                test::error_text<ConfigError>([&] { Codec::add(name, adaptive); }),
                "two codecs of type \"" + std::string(name) + "\"");
        test::assert_contains(test::error_text<ConfigError>([] {
                                  Cipher::add("none", [](const nlohmann::json&) {
                                      return std::make_unique<test::MeanlessCipher>();
                                  });
                              }),
                              "two ciphers of type \"none\"");
        // the first one stays
        CPPUNIT_ASSERT(Codec::types() == before);
        CPPUNIT_ASSERT_EQUAL(
            std::string("djscc"),
            Codec::create({ { "type", "djscc" } })->config()["type"].get<std::string>());
        // a codec and a cipher may share one
        CPPUNIT_ASSERT(Codec::add("none", adaptive));
        CPPUNIT_ASSERT(Codec::create({ { "type", "none" } })->needs().snr);
    }

    void unknown_types()
    {
        const auto codec = [](const nlohmann::json& config) {
            return test::error_text<ConfigError>([&] { Codec::create(config); });
        };
        const auto text = codec({ { "type", "jpeg" } });
        test::assert_contains(text, "codec.type \"jpeg\" is unknown");
        std::string known;
        for (const auto& type : Codec::types())
            known += (known.empty() ? "" : ", ") + type;
        test::assert_contains(text, "known types: " + known);
        test::assert_contains(text, "DJESCC_PLUGINS");
        for (const auto& config : { nlohmann::json::object(),
                                    nlohmann::json::array(),
                                    nlohmann::json{ { "type", 5 } } })
            test::assert_contains(codec(config),
                                  "codec.type is missing; known types: " + known);
        test::assert_contains(test::error_text<ConfigError>([] {
                                  Cipher::create({ { "type", "djscc" } });
                              }),
                              "cipher.type \"djscc\" is unknown");
    }

    void made_by_name()
    {
        CPPUNIT_ASSERT_EQUAL(std::string("test_adaptive"),
                             Codec::create({ { "type", "test_adaptive" } })->type());
        CPPUNIT_ASSERT_EQUAL(std::string("unet"),
                             Cipher::create({ { "type", "unet" } })->type());
        CPPUNIT_ASSERT(test::AdaptiveCodec().type().empty());
        const auto codec = Codec::create(
            { { "type", "test_prefix" }, { "ends", { 4, 9 } }, { "parts", false } });
        CPPUNIT_ASSERT_EQUAL(int64_t{ 9 }, codec->symbol_count({ 3, 8, 8 }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, codec->parts());
        CPPUNIT_ASSERT(!codec->needs().snr);
    }

    void libraries_that_cannot_be_loaded()
    {
        const test::ScratchFolder folder("plugins");
        const auto refusal = [](const std::string& path) {
            const auto text = test::error_text<ConfigError>([&] { load_plugin(path); });
            test::assert_contains(text, path + " cannot be loaded: ");
            return text;
        };
        test::assert_contains(refusal(folder.path("nowhere.so")), "No such file");
        refusal(folder.file("text.so", "not a library"));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_plugins> register_qa_plugins("plugins");

} // namespace djescc
