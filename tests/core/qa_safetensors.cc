/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of safetensors files, known bytes and hostile ones.

#include "error_text.h"
#include "scratch_folder.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstring>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <nlohmann/json.hpp>
#include <random>
#include <torch/torch.h>

namespace djescc {

namespace {

//! A file of this header, padded by nothing, and these data.
std::string file_of(const std::string& header, const std::string& data = {})
{
    const uint64_t size = header.size();
    std::string bytes(sizeof(size), '\0');
    std::memcpy(bytes.data(), &size, sizeof(size));
    return bytes + header + data;
}

//! A header that describes one tensor.
std::string one(const std::string& dtype,
                const std::string& shape,
                const std::string& offsets,
                const std::string& name = "a")
{
    return "{\"" + name + "\":{\"dtype\":" + dtype + ",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}}";
}

//! Two F32 tensors of one element each with these offsets.
std::string two(const std::string& first, const std::string& second)
{
    return "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":" + first +
           "},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":" + second + "}}";
}

//! A file with a tensor of every type, a scalar and empty ones.
TensorFile sample()
{
    torch::manual_seed(3);
    TensorFile file;
    const auto values = torch::randn({ 2, 3 }) * 50;
    for (const auto type : { torch::kDouble,
                             torch::kFloat,
                             torch::kHalf,
                             torch::kBFloat16,
                             torch::kLong,
                             torch::kInt,
                             torch::kShort,
                             torch::kChar,
                             torch::kByte,
                             torch::kBool }) {
        file.tensors[std::string("net.") + c10::toString(type)] = values.abs().to(type);
    }
    file.tensors["scalar"] = torch::tensor(2.5);
    file.tensors["empty"] = torch::empty({ 0, 5 });
    file.metadata = { { "role", "encode" }, { "umlaut", "\xc3\xbc" } };
    return file;
}

struct Hostile {
    std::string bytes;
    std::string message;
};

const std::string f32 = "\"F32\"";
const std::string four_bytes(4, '\0');
const std::string eight_bytes(8, '\0');

std::vector<Hostile> hostile_lengths()
{
    const auto with_length = [](uint64_t length, const std::string& rest) {
        std::string bytes(sizeof(length), '\0');
        std::memcpy(bytes.data(), &length, sizeof(length));
        return bytes + rest;
    };
    return {
        { "", "truncated or empty" },
        { std::string(7, '\0'), "truncated or empty" },
        { with_length(0, ""), "does not begin with '{'" },
        { with_length(3, "{}"), "more than the file" },
        { with_length(99'999'999, "{}"), "more than the file" },
        { with_length(100'000'001, "{}"), "100 MB" },
        { with_length(UINT64_MAX, "{}"), "100 MB" },
        { with_length(UINT64_MAX - 7, "{}"), "100 MB" },
        { with_length(uint64_t{ 1 } << 63, "{}"), "100 MB" },
    };
}

std::vector<Hostile> hostile_json()
{
    const std::string nested = std::string(50'000, '[') + std::string(50'000, ']');
    const std::string good = one(f32, "[1]", "[0,4]");
    return {
        { file_of("[]"), "does not begin with '{'" },
        { file_of(" {}"), "does not begin with '{'" },
        { file_of("\xef\xbb\xbf{}"), "does not begin with '{'" },
        { file_of("{"), "not valid JSON at byte" },
        { file_of("{}x"), "not valid JSON at byte" },
        { file_of("{}{}"), "not valid JSON at byte" },
        { file_of("{\"a\":1,}"), "not valid JSON at byte" },
        { file_of("{/*comment*/}"), "not valid JSON at byte" },
        { file_of("{\"\xff\":1}"), "not valid JSON at byte" },
        { file_of(std::string("{}\0x", 4)), "zero byte" },
        { file_of("{\"a\":" + nested + "}"), "nested deeper" },
        { file_of("{\"a\":{\"shape\":[[[1]]]}}"), "nested deeper" },
        { file_of("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}"), "'dtype' twice" },
        { file_of("{\"a\":{},\"a\":{}}"), "'a' twice" },
        { file_of("{\"\\u0061\":{},\"a\":{}}"), "'a' twice" },
        { file_of("{\"__metadata__\":{},\"__metadata__\":{}}"), "'__metadata__' twice" },
        { file_of("{\"__metadata__\":{\"k\":\"v\",\"k\":\"v\"}}"), "'k' twice" },
        { file_of("{\"__metadata__\":[]}"), "__metadata__ is not an object" },
        { file_of("{\"__metadata__\":{\"k\":1}}"), "'k' is not a string" },
        { file_of("{\"__metadata__\":{\"k\":null}}"), "'k' is not a string" },
        { file_of("{\"a\":1}"), "'a' is not described by an object" },
        { file_of("{\"a\":null}"), "'a' is not described by an object" },
        { file_of("{\"a\":{}}"), "has no dtype" },
        { file_of("{\"a\":{\"dtype\":\"F32\"}}"), "has no shape" },
        { file_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}"), "has no data_offsets" },
        { file_of(good.substr(0, good.size() - 2) + ",\"x\":1}}", four_bytes),
          "more keys" },
    };
}

std::vector<Hostile> hostile_entries()
{
    std::string long_shape = "[1";
    for (int i = 0; i < 20; i++) {
        long_shape += ",1";
    }
    long_shape += "]";
    return {
        { file_of(one("\"F31\"", "[1]", "[0,4]"), four_bytes), "unknown dtype 'F31'" },
        { file_of(one("\"f32\"", "[1]", "[0,4]"), four_bytes), "unknown dtype 'f32'" },
        { file_of(one("\"F8_E4M3\"", "[4]", "[0,4]"), four_bytes), "unknown dtype" },
        { file_of(one("32", "[1]", "[0,4]"), four_bytes), "dtype that is not a string" },
        { file_of(one("\"\\u0000\\u001b[2J\"", "[1]", "[0,4]")), "'\\x00\\x1b[2J'" },
        { file_of(one(f32, "4", "[0,4]"), four_bytes), "shape that is not an array" },
        { file_of(one(f32, "[-1]", "[0,4]"), four_bytes), "non-negative integers" },
        { file_of(one(f32, "[1.0]", "[0,4]"), four_bytes), "non-negative integers" },
        { file_of(one(f32, "[\"1\"]", "[0,4]"), four_bytes), "non-negative integers" },
        { file_of(one(f32, "[1e0]", "[0,4]"), four_bytes), "non-negative integers" },
        { file_of(one(f32, "[true]", "[0,4]"), four_bytes), "non-negative integers" },
        { file_of(one(f32, "[18446744073709551616]", "[0,4]"), four_bytes),
          "non-negative integers" },
        { file_of(one(f32, "[18446744073709551615]", "[0,4]"), four_bytes), "overflows" },
        { file_of(one(f32, "[9223372036854775807]", "[0,4]"), four_bytes), "overflows" },
        { file_of(one(f32, "[4611686018427387905]", "[0,4]"), four_bytes), "overflows" },
        { file_of(one(f32, "[4294967296,4294967296]", "[0,0]")), "overflows" },
        { file_of(one(f32, "[4611686018427387904,8,0]", "[0,0]")), "overflows" },
        { file_of(one(f32, long_shape, "[0,4]"), four_bytes), "more than 16 values" },
        { file_of(one(f32, "[1]", "4"), four_bytes), "data_offsets that are not" },
        { file_of(one(f32, "[1]", "[0]"), four_bytes), "data_offsets that are not" },
        { file_of(one(f32, "[1]", "[0,4,8]"), four_bytes), "data_offsets that are not" },
        { file_of(one(f32, "[1]", "[-4,0]"), four_bytes), "data_offsets that are not" },
        { file_of(one(f32, "[1]", "[0.0,4.0]"), four_bytes),
          "data_offsets that are not" },
        { file_of(one(f32, "[1]", "[0,\"4\"]"), four_bytes),
          "data_offsets that are not" },
        { file_of(one(f32, "[1]", "[4,0]"), four_bytes), "ends before it begins" },
        { file_of(one(f32, "[2]", "[0,4]"), four_bytes), "need 8" },
        { file_of(one(f32, "[1]", "[0,5]"), four_bytes + "x"), "need 4" },
        { file_of(one(f32, "[0]", "[0,4]"), four_bytes), "need 0" },
        { file_of(one("\"BOOL\"", "[2]", "[0,2]"), "\x01\x02"), "neither 0 nor 1" },
    };
}

std::vector<Hostile> hostile_layouts()
{
    return {
        { file_of(one(f32, "[1]", "[0,4]"), "abc"), "the file is truncated" },
        { file_of(one(f32, "[1]", "[0,4]")), "the file is truncated" },
        { file_of(one(f32, "[1]", "[0,4]"), four_bytes + "x"), "1 bytes follow" },
        { file_of("{}", "x"), "1 bytes follow" },
        { file_of(one(f32, "[1]", "[4,8]"), eight_bytes), "gap" },
        { file_of(one(f32, "[1]", "[18446744073709551612,18446744073709551615]")),
          "need 4" },
        { file_of(one("\"U8\"", "[1]", "[18446744073709551614,18446744073709551615]")),
          "the file is truncated" },
        { file_of(two("[0,4]", "[0,4]"), four_bytes), "'b' overlaps" },
        { file_of(two("[0,4]", "[2,6]"), eight_bytes), "'b' overlaps" },
        { file_of(two("[0,4]", "[5,9]"), eight_bytes + "x"), "gap" },
        { file_of(two("[4,8]", "[4,8]"), eight_bytes), "gap" },
        { file_of(two("[0,4]", "[4,8]"), four_bytes), "the file is truncated" },
        // an empty tensor may not stand inside another one
        { file_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                  "\"b\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[2,2]}}",
                  four_bytes),
          "'b' overlaps" },
    };
}

} // namespace

class qa_safetensors : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_safetensors);
    CPPUNIT_TEST(round_trip);
    CPPUNIT_TEST(known_bytes_are_read);
    CPPUNIT_TEST(known_bytes_are_written);
    CPPUNIT_TEST(data_are_aligned);
    CPPUNIT_TEST(strided_tensors_are_written_in_order);
    CPPUNIT_TEST(what_cannot_be_stored);
    CPPUNIT_TEST(files);
    CPPUNIT_TEST(hostile_files_are_refused);
    CPPUNIT_TEST(mutations_never_crash);
    CPPUNIT_TEST_SUITE_END();

    void round_trip()
    {
        const TensorFile file = sample();
        const TensorFile read = parse_safetensors(serialize_safetensors(file), "x");
        CPPUNIT_ASSERT(file.metadata == read.metadata);
        CPPUNIT_ASSERT_EQUAL(file.tensors.size(), read.tensors.size());
        for (const auto& [name, tensor] : file.tensors) {
            const auto& other = read.tensors.at(name);
            CPPUNIT_ASSERT_MESSAGE(name, tensor.scalar_type() == other.scalar_type());
            CPPUNIT_ASSERT_MESSAGE(name, tensor.sizes() == other.sizes());
            CPPUNIT_ASSERT_MESSAGE(name, torch::equal(tensor, other));
        }
        // values that comparison with == would not tell apart
        TensorFile odd;
        odd.tensors["a"] = torch::tensor({ -0.0f, NAN, INFINITY, -INFINITY, 1e-45f });
        const auto same = parse_safetensors(serialize_safetensors(odd), "x");
        CPPUNIT_ASSERT_EQUAL(0,
                             std::memcmp(odd.tensors["a"].data_ptr(),
                                         same.tensors.at("a").data_ptr(),
                                         5 * sizeof(float)));
    }

    void known_bytes_are_read()
    {
        // header padded with blanks as other writers do; entries not in the data's order
        const std::string header =
            "{\"b\":{\"data_offsets\":[4,6],\"dtype\":\"U8\",\"shape\":[2]},"
            "\"__metadata__\":{\"format\":\"pt\"},"
            "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}  \n\t";
        const std::string data("\x00\x00\xc0\x3f\x07\xff", 6); // 1.5, 7, 255
        const TensorFile file = parse_safetensors(file_of(header, data), "x");
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, file.tensors.size());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, file.tensors.at("a").dim());
        CPPUNIT_ASSERT_EQUAL(1.5f, file.tensors.at("a").item<float>());
        CPPUNIT_ASSERT_EQUAL(7, file.tensors.at("b")[0].item<int>());
        CPPUNIT_ASSERT_EQUAL(255, file.tensors.at("b")[1].item<int>());
        CPPUNIT_ASSERT_EQUAL(std::string("pt"), file.metadata.at("format"));
        CPPUNIT_ASSERT(parse_safetensors(file_of("{}"), "x").tensors.empty());
    }

    void known_bytes_are_written()
    {
        TensorFile file;
        file.tensors["b"] = torch::tensor({ 1.5f });
        file.tensors["a"] = torch::tensor({ 3, 4 }, torch::kByte);
        const std::string header =
            "{\"a\":{\"data_offsets\":[4,6],\"dtype\":\"U8\",\"shape\":[2]},"
            "\"b\":{\"data_offsets\":[0,4],\"dtype\":\"F32\",\"shape\":[1]}}";
        const std::string padding((8 - header.size() % 8) % 8, ' ');
        CPPUNIT_ASSERT(
            file_of(header + padding, std::string("\x00\x00\xc0\x3f\x03\x04", 6)) ==
            serialize_safetensors(file));
    }

    void data_are_aligned()
    {
        const std::string bytes = serialize_safetensors(sample());
        uint64_t header_size = 0;
        std::memcpy(&header_size, bytes.data(), sizeof(header_size));
        CPPUNIT_ASSERT_EQUAL(uint64_t{ 0 }, header_size % 8);
        const auto header = nlohmann::json::parse(bytes.substr(8, header_size));
        for (const auto& [name, entry] : header.items()) {
            if (name != "__metadata__") {
                const auto begin = entry["data_offsets"][0].get<uint64_t>();
                const auto size = sample().tensors.at(name).element_size();
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, uint64_t{ 0 }, begin % size);
            }
        }
    }

    void strided_tensors_are_written_in_order()
    {
        TensorFile file;
        file.tensors["a"] = torch::arange(6.0f).reshape({ 2, 3 }).t();
        const auto read = parse_safetensors(serialize_safetensors(file), "x");
        CPPUNIT_ASSERT(torch::equal(file.tensors["a"], read.tensors.at("a")));
        CPPUNIT_ASSERT(read.tensors.at("a").is_contiguous());
    }

    void what_cannot_be_stored()
    {
        const auto text = [](const std::string& name, const torch::Tensor& tensor) {
            TensorFile file;
            file.tensors[name] = tensor;
            return test::error_text<ModelError>([&] { serialize_safetensors(file); });
        };
        const auto complex = torch::zeros({ 1 }, torch::kComplexFloat);
        test::assert_contains(text("weight", complex), "'weight' cannot be stored");
        test::assert_contains(text("weight", torch::Tensor()), "'weight' cannot");
        test::assert_contains(text("__metadata__", torch::zeros({ 1 })), "__metadata__");
        test::assert_contains(text("\xff", torch::zeros({ 1 })), "UTF-8");
    }

    void files()
    {
        const test::ScratchFolder folder("safetensors");
        const std::string path = folder.file("a.safetensors", "old");
        write_safetensors(sample(), path);
        CPPUNIT_ASSERT(test::file_bytes(path) == serialize_safetensors(sample()));
        CPPUNIT_ASSERT_EQUAL(sample().tensors.size(),
                             read_safetensors(path).tensors.size());
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{ 1 }, // nothing is left beside it
                             std::distance(std::filesystem::directory_iterator(
                                               std::filesystem::path(path).parent_path()),
                                           {}));
        const auto missing = test::error_text<ModelError>(
            [&] { read_safetensors(folder.path("missing")); });
        test::assert_contains(missing, folder.path("missing") + " does not exist");
        const auto directory =
            test::error_text<ModelError>([&] { read_safetensors(folder.path("")); });
        test::assert_contains(directory, "not a regular file");
        const std::string absent = folder.path("absent/a.safetensors");
        const auto unwritable =
            test::error_text<ModelError>([&] { write_safetensors(sample(), absent); });
        test::assert_contains(unwritable, absent + " cannot be written");
    }

    void hostile_files_are_refused()
    {
        std::vector<Hostile> table;
        for (const auto& part : { hostile_lengths(),
                                  hostile_json(),
                                  hostile_entries(),
                                  hostile_layouts() }) {
            table.insert(table.end(), part.begin(), part.end());
        }
        for (const Hostile& hostile : table) {
            const auto text = test::error_text<ModelError>(
                [&] { parse_safetensors(hostile.bytes, "stranger.safetensors"); });
            test::assert_contains(text,
                                  "stranger.safetensors is not a valid safetensors");
            test::assert_contains(text, hostile.message);
            CPPUNIT_ASSERT_MESSAGE("a terminal would obey: " + text,
                                   text.find('\x1b') == std::string::npos);
        }
    }

    /* Random damage either leaves a valid file or is refused with a ModelError. Whatever
     * else happens, another exception or a memory error, fails the test. */
    void mutations_never_crash()
    {
        const std::string valid = serialize_safetensors(sample());
        const std::string alphabet = "{}[]:,\"0123456789-.eFIBU\\u ";
        std::mt19937 random(5);
        const auto below = [&random](std::size_t limit) { return random() % limit; };
        int accepted = 0;
        int refused = 0;
        for (int trial = 0; trial < 20'000; trial++) {
            std::string bytes = valid;
            for (std::size_t edits = 1 + below(3); edits > 0 && !bytes.empty(); edits--) {
                const std::size_t position = below(bytes.size());
                switch (below(6)) {
                case 0:
                    bytes[position] = static_cast<char>(random());
                    break;
                case 1:
                    bytes[position] ^= static_cast<char>(1 << below(8));
                    break;
                case 2:
                    bytes[position] = alphabet[below(alphabet.size())];
                    break;
                case 3:
                    bytes.erase(position, 1 + below(8));
                    break;
                case 4:
                    bytes.insert(position, 1, alphabet[below(alphabet.size())]);
                    break;
                default:
                    bytes.resize(position);
                }
            }
            try {
                parse_safetensors(bytes, "mutant");
                accepted++;
            } catch (const ModelError&) {
                refused++;
            }
        }
        CPPUNIT_ASSERT_EQUAL(20'000, accepted + refused);
        // edits of values alone leave files that are valid
        CPPUNIT_ASSERT(accepted > 100);
        CPPUNIT_ASSERT(refused > 10'000);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_safetensors>
    register_qa_safetensors("safetensors");

} // namespace djescc
