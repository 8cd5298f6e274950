/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of SigMF recordings, written, read and damaged.

#include "error_text.h"
#include "scratch_folder.h"
#include <algorithm>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/recording/sigmf.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <regex>

namespace djescc {

using Samples = std::vector<std::complex<float>>;

class qa_sigmf : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_sigmf);
    CPPUNIT_TEST(floats_come_back_exactly);
    CPPUNIT_TEST(integers_come_back_to_half_a_step_and_clip);
    CPPUNIT_TEST(metadata_follow_the_schema);
    CPPUNIT_TEST(metadata_stand_from_the_beginning);
    CPPUNIT_TEST(bytes_are_those_of_the_standard);
    CPPUNIT_TEST(truncated_data);
    CPPUNIT_TEST(unreadable_recordings_are_refused);
    CPPUNIT_TEST(unwritable_places_are_refused);
    CPPUNIT_TEST_SUITE_END();

    static Samples chirp(std::size_t count)
    {
        Samples samples(count);
        for (std::size_t i = 0; i < count; i++) {
            samples[i] = std::polar(0.9f, 1e-5f * static_cast<float>(i * i % 628319));
        }
        return samples;
    }

    static void
    write(const std::string& path, const Samples& samples, SampleFormat format)
    {
        RecordingInfo info;
        info.format = format;
        info.sample_rate = 2e6;
        info.frequency = 915e6;
        info.description = "a chirp";
        SigmfWriter writer(path, info);
        writer.write(samples.data(), samples.size());
        writer.annotate(10, 20, "burst");
        writer.close();
    }

    static Samples read(const std::string& path, std::size_t step = 1000)
    {
        SigmfReader reader(path);
        Samples samples(reader.sample_count());
        std::size_t done = 0;
        while (const std::size_t count = reader.read(
                   samples.data() + done, std::min(step, samples.size() - done))) {
            done += count;
        }
        CPPUNIT_ASSERT_EQUAL(samples.size(), done);
        return samples;
    }

    void floats_come_back_exactly()
    {
        const test::ScratchFolder folder("sigmf_floats");
        Samples samples = chirp(200000);
        samples[7] = { 1e30f, -1e-30f };
        write(folder.path("deep/er/x.sigmf"), samples, SampleFormat::cf32_le);
        for (const char* name : { "x", "x.sigmf", "x.sigmf-data", "x.sigmf-meta" }) {
            CPPUNIT_ASSERT(read(folder.path(std::string("deep/er/") + name)) == samples);
        }
        CPPUNIT_ASSERT(read(folder.path("deep/er/x"), 1 << 20) == samples);
        SigmfReader reader(folder.path("deep/er/x"));
        CPPUNIT_ASSERT(!reader.truncated());
        CPPUNIT_ASSERT_EQUAL(2e6, reader.info().sample_rate.value());
        CPPUNIT_ASSERT_EQUAL(915e6, reader.info().frequency.value());
        CPPUNIT_ASSERT_EQUAL(std::string("a chirp"), reader.info().description);
        Samples first(5), again(5);
        reader.read(first.data(), 5);
        reader.rewind();
        reader.read(again.data(), 5);
        CPPUNIT_ASSERT(first == again);
    }

    void integers_come_back_to_half_a_step_and_clip()
    {
        const test::ScratchFolder folder("sigmf_integers");
        Samples samples = chirp(70000);
        write(folder.path("x"), samples, SampleFormat::ci16_le);
        const Samples back = read(folder.path("x"));
        for (std::size_t i = 0; i < samples.size(); i++) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                samples[i].real(), back[i].real(), 0.501 / 32767);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                samples[i].imag(), back[i].imag(), 0.501 / 32767);
        }

        RecordingInfo info;
        info.format = SampleFormat::ci16_le;
        constexpr float nan = std::numeric_limits<float>::quiet_NaN();
        const Samples loud{ { 1, -1 }, { 1.1f, -7 }, { nan, 0.5f }, { 0, 0 } };
        SigmfWriter writer(folder.path("loud"), info);
        writer.write(loud.data(), loud.size());
        writer.close();
        writer.close();
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), writer.clipped());
        CPPUNIT_ASSERT_EQUAL(uint64_t(4), writer.sample_count());
        const Samples clipped = read(folder.path("loud"));
        CPPUNIT_ASSERT_EQUAL(std::complex<float>(1, -1), clipped[0]);
        CPPUNIT_ASSERT_EQUAL(std::complex<float>(1, -1), clipped[1]);
        CPPUNIT_ASSERT_EQUAL(0.0f, clipped[2].real());
    }

    void metadata_follow_the_schema()
    {
        const test::ScratchFolder folder("sigmf_schema");
        write(folder.path("x"), chirp(100), SampleFormat::ci16_le);
        const auto metadata =
            nlohmann::json::parse(test::file_bytes(folder.path("x.sigmf-meta")));
        const auto& global = metadata.at("global");
        CPPUNIT_ASSERT(global.at("core:datatype") == "ci16_le");
        CPPUNIT_ASSERT(global.at("core:sample_rate") == 2e6);
        CPPUNIT_ASSERT(std::regex_match(global.at("core:version").get<std::string>(),
                                        std::regex("[0-9]+\\.[0-9]+\\.[0-9]+")));
        for (const auto& [key, value] : global.items()) {
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), key.find("core:"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), metadata.at("captures").size());
        const auto& capture = metadata.at("captures")[0];
        CPPUNIT_ASSERT(capture.at("core:sample_start") == 0);
        CPPUNIT_ASSERT(capture.at("core:frequency") == 915e6);
        CPPUNIT_ASSERT(std::regex_match(
            capture.at("core:datetime").get<std::string>(),
            std::regex("20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
                       "\\.[0-9]{3}Z")));
        const auto annotation = metadata.at("annotations").at(0);
        CPPUNIT_ASSERT(annotation.at("core:sample_start") == 10);
        CPPUNIT_ASSERT(annotation.at("core:sample_count") == 20);
        CPPUNIT_ASSERT(annotation.at("core:label") == "burst");
    }

    void metadata_stand_from_the_beginning()
    {
        const test::ScratchFolder folder("sigmf_killed");
        SigmfWriter writer(folder.path("x"), {});
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), SigmfReader(folder.path("x")).sample_count());
    }

    void bytes_are_those_of_the_standard()
    {
        const test::ScratchFolder folder("sigmf_bytes");
        const Samples samples{ { 1.0f, -1.0f } };
        write(folder.path("floats"), samples, SampleFormat::cf32_le);
        CPPUNIT_ASSERT(test::file_bytes(folder.path("floats.sigmf-data")) ==
                       std::string("\x00\x00\x80\x3f\x00\x00\x80\xbf", 8));
        write(folder.path("integers"), samples, SampleFormat::ci16_le);
        CPPUNIT_ASSERT(test::file_bytes(folder.path("integers.sigmf-data")) ==
                       std::string("\xff\x7f\x01\x80", 4));
    }

    void truncated_data()
    {
        const test::ScratchFolder folder("sigmf_truncated");
        const Samples samples = chirp(100);
        write(folder.path("x"), samples, SampleFormat::cf32_le);
        const std::string data = test::file_bytes(folder.path("x.sigmf-data"));
        folder.file("x.sigmf-data", data.substr(0, 8 * 50 + 3));
        SigmfReader reader(folder.path("x"));
        CPPUNIT_ASSERT(reader.truncated());
        CPPUNIT_ASSERT_EQUAL(uint64_t(50), reader.sample_count());
        CPPUNIT_ASSERT(read(folder.path("x")) ==
                       Samples(samples.begin(), samples.begin() + 50));
    }

    void unreadable_recordings_are_refused()
    {
        const test::ScratchFolder folder("sigmf_bad");
        const auto refusal = [&](const std::string& name) {
            return test::error_text<RecordingError>(
                [&] { SigmfReader reader(folder.path(name)); });
        };
        test::assert_contains(refusal("none"), "none.sigmf-meta does not exist");
        folder.file("packed.sigmf", "a tar file");
        test::assert_contains(refusal("packed.sigmf"), "archive");

        const auto of_metadata = [&](const std::string& text) {
            folder.file("x.sigmf-meta", text);
            return refusal("x.sigmf");
        };
        test::assert_contains(of_metadata("{}"), "global");
        test::assert_contains(of_metadata("[]"), "global");
        test::assert_contains(of_metadata("not JSON"), "x.sigmf-meta");
        test::assert_contains(of_metadata(R"({"global": {}})"), "core:datatype");
        const auto of_global = [&](const std::string& keys,
                                   const std::string& rest = "") {
            return of_metadata("{\"global\": {\"core:version\": \"1.0.0\", " + keys +
                               "}" + rest + "}");
        };
        test::assert_contains(of_global(R"("core:datatype": "ru8")"), "'ru8'");
        test::assert_contains(of_global(R"("core:datatype": 7)"), "core:datatype");
        const std::string floats = R"("core:datatype": "cf32_le")";
        test::assert_contains(of_global(floats + R"(, "core:num_channels": 2)"),
                              "2 channels");
        test::assert_contains(of_global(floats + R"(, "core:dataset": "y.bin")"),
                              "core:dataset");
        test::assert_contains(of_global(floats + R"(, "core:sample_rate": -1)"),
                              "core:sample_rate");
        test::assert_contains(
            of_global(floats +
                      R"(, "core:extensions": [{"name": "q", "optional": false}])"),
            "extension");
        test::assert_contains(of_global(floats, R"(, "captures": {})"), "captures");
        test::assert_contains(of_global(floats, R"(, "captures": [3])"), "capture");
        test::assert_contains(
            of_global(floats, R"(, "captures": [{"core:header_bytes": 4}])"),
            "core:header_bytes");
        test::assert_contains(of_global(floats), "x.sigmf-data cannot be read");
        test::error_text<ConfigError>([] { parse_sample_format("cf64_le"); });
    }

    void unwritable_places_are_refused()
    {
        const test::ScratchFolder folder("sigmf_unwritable");
        folder.file("file", "");
        test::assert_contains(test::error_text<RecordingError>(
                                  [&] { SigmfWriter writer(folder.path("file/x"), {}); }),
                              "x.sigmf-data cannot be written");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_sigmf> register_qa_sigmf("sigmf");

} // namespace djescc
