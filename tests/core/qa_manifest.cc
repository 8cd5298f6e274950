/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of model.json: its canonical form, its fingerprint, and what it must not be.

#include "error_text.h"
#include "scratch_folder.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <djescc/model/manifest.h>
#include <functional>

namespace djescc {

namespace {

using nlohmann::json;

Manifest sample_manifest()
{
    Manifest manifest;
    manifest.name = "sample-1";
    manifest.cipher = { { "type", "none" } };
    manifest.codec = { { "type", "djscc" }, { "t", 16 } };
    manifest.snr_db = { 0, 20 };
    manifest.training = { { "seed", 1 }, { "data", "CIFAR-10" } };
    manifest.quality = { { "snr_db", { 0, 10 } }, { "psnr_db", { 22.5, 27.5 } } };
    manifest.weights[Role::encode] = { "encode.safetensors", std::string(64, 'a') };
    manifest.weights[Role::decode] = { "decode.safetensors", std::string(64, '0') };
    return manifest;
}

Fingerprint fingerprint_after(const std::function<void(Manifest&)>& change)
{
    Manifest manifest = sample_manifest();
    change(manifest);
    return manifest.fingerprint();
}

std::string refusal(const std::function<void(json&)>& change)
{
    json value = sample_manifest().to_json();
    change(value);
    const auto text = test::error_text<ModelError>(
        [&] { Manifest::from_json(value, "dir/model.json"); });
    test::assert_contains(text, "dir/model.json: ");
    return text;
}

} // namespace

class qa_manifest : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_manifest);
    CPPUNIT_TEST(canonical_form);
    CPPUNIT_TEST(fingerprint_is_head_of_hash);
    CPPUNIT_TEST(fingerprint_ignores_quality_and_order);
    CPPUNIT_TEST(fingerprint_depends_on_all_else);
    CPPUNIT_TEST(json_round_trip);
    CPPUNIT_TEST(derived_entries);
    CPPUNIT_TEST(files);
    CPPUNIT_TEST(malformed_values);
    CPPUNIT_TEST(malformed_weights);
    CPPUNIT_TEST(malformed_text);
    CPPUNIT_TEST_SUITE_END();

    void canonical_form()
    {
        const std::string expected =
            "{\"cipher\":{\"type\":\"none\"},\"codec\":{\"t\":16,\"type\":\"djscc\"},"
            "\"format_version\":1,\"name\":\"sample-1\",\"snr_db\":[0.0,20.0],"
            "\"training\":{\"data\":\"CIFAR-10\",\"seed\":1},\"weights\":{"
            "\"decode\":{\"file\":\"decode.safetensors\",\"sha256\":\"" +
            std::string(64, '0') +
            "\"},\"encode\":{\"file\":\"encode.safetensors\",\"sha256\":\"" +
            std::string(64, 'a') + "\"}}}";
        CPPUNIT_ASSERT_EQUAL(expected, sample_manifest().canonical());
    }

    void fingerprint_is_head_of_hash()
    {
        const Sha256Digest digest = sha256(sample_manifest().canonical());
        CPPUNIT_ASSERT_EQUAL(to_hex(digest.data(), 8),
                             to_string(sample_manifest().fingerprint()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 16 },
                             to_string(sample_manifest().fingerprint()).size());
    }

    void fingerprint_ignores_quality_and_order()
    {
        const auto fingerprint = sample_manifest().fingerprint();
        CPPUNIT_ASSERT(fingerprint ==
                       fingerprint_after([](auto& m) { m.quality = json(); }));
        CPPUNIT_ASSERT(fingerprint ==
                       fingerprint_after([](auto& m) { m.quality["more"] = 1; }));
        // every object of the file with its keys in the opposite order
        const std::function<std::string(const json&)> reversed =
            [&reversed](const json& value) -> std::string {
            if (!value.is_object()) {
                return value.dump();
            }
            std::string text;
            for (const auto& [key, child] : value.items()) {
                const std::string separator = text.empty() ? "" : ",\n ";
                text = json(key).dump() + " : " + reversed(child) + separator + text;
            }
            return "{" + text + "}";
        };
        const test::ScratchFolder folder("manifest_order");
        const auto path =
            folder.file("model.json", reversed(sample_manifest().to_json()));
        CPPUNIT_ASSERT(test::file_bytes(path).find("\"weights\"") <
                       test::file_bytes(path).find("\"cipher\""));
        CPPUNIT_ASSERT(fingerprint == Manifest::read(path).fingerprint());
    }

    void fingerprint_depends_on_all_else()
    {
        const std::vector<std::function<void(Manifest&)>> changes{
            [](Manifest& m) { m.name = "sample-2"; },
            [](Manifest& m) { m.cipher["type"] = "unet"; },
            [](Manifest& m) { m.codec["t"] = 8; },
            [](Manifest& m) { m.snr_db[0] = -1; },
            [](Manifest& m) { m.snr_db[1] = 20.5; },
            [](Manifest& m) { m.training["seed"] = 2; },
            [](Manifest& m) { m.training["more"] = nullptr; },
            [](Manifest& m) { m.weights[Role::encode].file = "e.safetensors"; },
            [](Manifest& m) { m.weights[Role::encode].sha256[63] = 'b'; },
            [](Manifest& m) { m.weights[Role::decode].sha256[0] = '1'; },
            [](Manifest& m) { m.weights[Role::encrypt] = m.weights[Role::encode]; },
        };
        std::set<Fingerprint> seen{ sample_manifest().fingerprint() };
        for (const auto& change : changes) {
            CPPUNIT_ASSERT(seen.insert(fingerprint_after(change)).second);
        }
    }

    void json_round_trip()
    {
        const json value = sample_manifest().to_json();
        CPPUNIT_ASSERT(value == Manifest::from_json(value, "x").to_json());
        Manifest without = sample_manifest();
        without.quality = json();
        CPPUNIT_ASSERT(!without.to_json().contains("quality"));
        CPPUNIT_ASSERT(Manifest::from_json(without.to_json(), "x").quality.is_null());
    }

    void derived_entries()
    {
        const json derived = sample_manifest().to_json()["derived"];
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1.0 / 6, derived["bandwidth_ratio"].get<double>(), 1e-12);
        CPPUNIT_ASSERT_EQUAL(4, derived["multiple"].get<int>());
        CPPUNIT_ASSERT(!derived["symbol_count"].get<std::string>().empty());
        test::assert_contains(
            refusal([](json& v) { v["derived"]["bandwidth_ratio"] = 0.5; }),
            "derived.bandwidth_ratio is 0.5, but cipher and codec give 0.16");
        test::assert_contains(refusal([](json& v) { v["derived"]["multiple"] = 8; }),
                              "derived.multiple is 8, but cipher and codec give 4");
        test::assert_contains(refusal([](json& v) { v["derived"]["x"] = 8; }),
                              "derived.x is not a known setting");
        json without = sample_manifest().to_json();
        without.erase("derived");
        CPPUNIT_ASSERT(Manifest::from_json(without, "x").fingerprint() ==
                       sample_manifest().fingerprint());
    }

    void files()
    {
        const test::ScratchFolder folder("manifest_files");
        const std::string path = folder.path("model.json");
        sample_manifest().write(path);
        CPPUNIT_ASSERT(sample_manifest().to_json() == Manifest::read(path).to_json());
        CPPUNIT_ASSERT_EQUAL('\n', test::file_bytes(path).back());
        test::assert_contains(
            test::error_text<ModelError>([&] { Manifest::read(path + "x"); }),
            path + "x does not exist");
    }

    void malformed_values()
    {
        const auto contains = [](const std::function<void(json&)>& change,
                                 const std::string& part) {
            test::assert_contains(refusal(change), part);
        };
        contains([](json& v) { v = json::array(); }, "must be a JSON object");
        contains([](json& v) { v.erase("format_version"); }, "format_version is missing");
        contains([](json& v) { v["format_version"] = 2; }, "format_version is 2, but");
        contains([](json& v) { v["format_version"] = "1"; }, "format_version");
        contains([](json& v) { v["format_version"] = 1.5; }, "format_version");
        contains([](json& v) { v["surplus"] = 1; }, "surplus is not a known setting");
        contains([](json& v) { v.erase("name"); }, "name is missing");
        for (const char* name : { "", ".", "..", ".hidden", "a/b", "a b", "a\n" }) {
            contains([name](json& v) { v["name"] = name; }, "must consist of");
        }
        contains([](json& v) { v.erase("cipher"); }, "cipher is missing");
        contains([](json& v) { v["cipher"] = "none"; }, "cipher.type is missing");
        contains([](json& v) { v["cipher"]["type"] = "rot13"; }, "\"rot13\" is unknown");
        contains([](json& v) { v["cipher"]["key"] = 1; }, "cipher.key");
        contains([](json& v) { v.erase("codec"); }, "codec is missing");
        contains([](json& v) { v["codec"]["type"] = "jpeg"; }, "\"jpeg\" is unknown");
        contains([](json& v) { v["codec"]["t"] = -1; }, "codec.t is -1");
        contains([](json& v) { v["codec"]["t"] = 1e300; }, "codec.t");
        contains([](json& v) { v.erase("snr_db"); }, "snr_db is missing");
        contains([](json& v) { v["snr_db"] = { 0 }; }, "snr_db must be");
        contains([](json& v) { v["snr_db"] = { 20, 0 }; }, "snr_db must be");
        contains([](json& v) { v["snr_db"] = { "0", "20" }; }, "snr_db");
        contains([](json& v) { v["training"] = 1; }, "training must be a JSON object");
    }

    void malformed_weights()
    {
        const auto contains = [](const std::function<void(json&)>& change,
                                 const std::string& part) {
            test::assert_contains(refusal([&](json& v) { change(v["weights"]); }), part);
        };
        contains([](json& w) { w = json::array(); }, "weights must be a JSON object");
        contains([](json& w) { w.erase("decode"); }, "weights.decode is missing");
        contains([](json& w) { w["steal"] = w["decode"]; }, "weights.steal is not");
        contains([](json& w) { w["encrypt"] = w["decode"]; },
                 "weights.encrypt is present, but this cipher has no weights");
        contains([](json& w) { w["decode"] = w["encode"]; }, "another role's file");
        contains([](json& w) { w["encode"] = "encode.safetensors"; },
                 "weights.encode must be a JSON object");
        contains([](json& w) { w["encode"].erase("file"); },
                 "weights.encode.file is missing");
        contains([](json& w) { w["encode"]["size"] = 1; }, "weights.encode.size is not");
        for (const char* file : { "",
                                  ".",
                                  "..",
                                  "../encode.safetensors",
                                  "/etc/passwd",
                                  "a/b",
                                  "a\\b",
                                  "model.json",
                                  "\x1b[2J" }) {
            contains([file](json& w) { w["encode"]["file"] = file; },
                     "without a directory");
        }
        contains([](json& w) { w["encode"]["sha256"] = std::string(63, 'a'); },
                 "64 lower-case hexadecimal digits");
        contains([](json& w) { w["encode"]["sha256"] = std::string(64, 'A'); },
                 "64 lower-case hexadecimal digits");
        contains([](json& w) { w["encode"]["sha256"] = 0; }, "weights.encode.sha256");
    }

    void malformed_text()
    {
        const test::ScratchFolder folder("manifest_text");
        const auto contains = [&folder](const std::string& text,
                                        const std::string& part) {
            const std::string path = folder.file("model.json", text);
            const auto error =
                test::error_text<ModelError>([&] { Manifest::read(path); });
            test::assert_contains(error, path);
            test::assert_contains(error, part);
        };
        const std::string good = sample_manifest().to_json().dump();
        contains("", "not valid JSON at byte");
        contains(good.substr(0, good.size() / 2), "not valid JSON at byte");
        contains(good + good, "not valid JSON at byte");
        contains(good + '\0', "zero byte");
        contains("\xef\xbb\xbf" + good, "byte order mark");
        contains("{\"name\":\"a\",\"name\":\"b\"}", "has the key 'name' twice");
        contains(std::string(1'000'000, '['), "nested deeper");
        contains("{\"training\":{\"rate\":1e999}}", "not valid JSON");
        std::string numbers = "[0";
        for (int i = 0; i < 70'000; i++) {
            numbers += ",0";
        }
        contains("{\"quality\":" + numbers + "]}", "more than 65536 values");
        contains(std::string((16 << 20) + 1, ' '), "are accepted");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_manifest> register_qa_manifest("manifest");

} // namespace djescc
