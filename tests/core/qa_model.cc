/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of models on disk: saving, loading, splitting, and every kind of damage.

#include "error_text.h"
#include "scratch_folder.h"
#include "small_model.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/files/sha256.h>

namespace djescc {

namespace {

namespace fs = std::filesystem;

bool same_tensors(const torch::nn::Module& a, const torch::nn::Module& b)
{
    const auto equal = [](const auto& left, const auto& right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (const auto& item : left) {
            const auto* other = right.find(item.key());
            if (other == nullptr || !torch::equal(item.value(), *other)) {
                return false;
            }
        }
        return true;
    };
    return equal(a.named_parameters(), b.named_parameters()) &&
           equal(a.named_buffers(), b.named_buffers());
}

//! A saved small model in a folder that is gone with this object.
struct SavedModel {
    explicit SavedModel(const std::string& name)
        : folder(name)
        , directory(folder.path("model"))
        , nets(test::save_small_model(directory))
    {
    }

    std::string file(Role role) const
    {
        return directory + "/" + to_string(role) + ".safetensors";
    }

    std::string decoder_refusal() const
    {
        const Model model(directory);
        return test::error_text<ModelError>([&] { model.load_decoder(test::on_cpu()); });
    }

    //! Replace the decoder's file by these bytes and make model.json agree.
    void replace_decoder(const std::string& bytes) const
    {
        std::ofstream(file(Role::decode), std::ios::binary) << bytes;
        Manifest manifest = Manifest::read(directory + "/model.json");
        manifest.weights[Role::decode].sha256 = sha256_of_file(file(Role::decode));
        manifest.write(directory + "/model.json");
    }

    test::ScratchFolder folder;
    std::string directory;
    ModelNets nets;
};

} // namespace

class qa_model : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_model);
    CPPUNIT_TEST(saves_and_loads);
    CPPUNIT_TEST(saves_the_same_bytes);
    CPPUNIT_TEST(cipher_without_weights);
    CPPUNIT_TEST(splits);
    CPPUNIT_TEST(split_refuses);
    CPPUNIT_TEST(missing_directory_and_manifest);
    CPPUNIT_TEST(missing_file);
    CPPUNIT_TEST(truncated_file);
    CPPUNIT_TEST(swapped_files);
    CPPUNIT_TEST(every_tampered_byte_counts);
    CPPUNIT_TEST(tensors_that_do_not_fit);
    CPPUNIT_TEST(weights_of_other_precisions);
    CPPUNIT_TEST(failed_load_changes_nothing_else);
    CPPUNIT_TEST(unknown_device);
    CPPUNIT_TEST(unwritable_directory);
    CPPUNIT_TEST_SUITE_END();

    void saves_and_loads()
    {
        const SavedModel saved("model_round_trip");
        torch::manual_seed(99); // what the loader's fresh nets are made of
        const Model model(saved.directory);
        CPPUNIT_ASSERT_EQUAL(std::string("small"), model.manifest().name);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8 }, model.multiple());
        const auto encryptor = model.load_encryptor(test::on_cpu());
        const auto encoder = model.load_encoder(test::on_cpu());
        const auto decoder = model.load_decoder(test::on_cpu());
        const auto decryptor = model.load_decryptor(test::on_cpu());
        CPPUNIT_ASSERT(same_tensors(*saved.nets.encryptor, *encryptor));
        CPPUNIT_ASSERT(same_tensors(*saved.nets.encoder, *encoder));
        CPPUNIT_ASSERT(same_tensors(*saved.nets.decoder, *decoder));
        CPPUNIT_ASSERT(same_tensors(*saved.nets.decryptor, *decryptor));
        CPPUNIT_ASSERT(!same_tensors(*encryptor, *decryptor));
        CPPUNIT_ASSERT(!encryptor->is_training());
        CPPUNIT_ASSERT(!decoder->is_training());
        model.verify();
        for (const Role role : all_roles) {
            CPPUNIT_ASSERT(model.has_role(role));
        }
        // the manifest spells out what the configuration left to defaults
        CPPUNIT_ASSERT(model.manifest().codec == model.codec().config());
        CPPUNIT_ASSERT(model.manifest().cipher == model.cipher().config());
    }

    void saves_the_same_bytes()
    {
        const SavedModel first("model_bytes_1");
        const SavedModel second("model_bytes_2");
        CPPUNIT_ASSERT(Model(first.directory).fingerprint() ==
                       Model(second.directory).fingerprint());
        const std::string other = first.folder.path("other");
        test::save_small_model(other, 2);
        CPPUNIT_ASSERT(Model(first.directory).fingerprint() !=
                       Model(other).fingerprint());
    }

    void cipher_without_weights()
    {
        const test::ScratchFolder folder("model_none");
        Manifest manifest = test::small_manifest();
        manifest.cipher = { { "type", "none" } };
        save_model(folder.path("m"), manifest, test::random_nets(manifest));
        const Model model(folder.path("m"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, model.manifest().weights.size());
        CPPUNIT_ASSERT(model.has_role(Role::encrypt));
        const auto images = torch::rand({ 1, 3, 8, 8 });
        CPPUNIT_ASSERT(torch::equal(
            images, model.load_encryptor(test::on_cpu())->forward(images, {}).images));
        model.verify();
    }

    void splits()
    {
        const SavedModel saved("model_split");
        const Model model(saved.directory);
        for (const Role role : all_roles) {
            const std::string destination = saved.folder.path(to_string(role));
            split_model(model, role, destination);
            const Model part(destination);
            CPPUNIT_ASSERT(part.fingerprint() == model.fingerprint());
            for (const Role other : all_roles) {
                CPPUNIT_ASSERT_EQUAL(other == role, part.has_role(other));
            }
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{ 2 },
                                 std::distance(fs::directory_iterator(destination), {}));
            part.verify();
        }
        const Model owner(saved.folder.path("encrypt"));
        CPPUNIT_ASSERT(
            same_tensors(*owner.load_encryptor(test::on_cpu()), *saved.nets.encryptor));
        const auto text =
            test::error_text<ModelError>([&] { owner.load_decryptor(test::on_cpu()); });
        test::assert_contains(text, "decrypt.safetensors is missing");
        test::assert_contains(text, "copy the file from the model's owner");
        // two roles may share a directory
        split_model(model, Role::decode, saved.folder.path("encrypt"));
        CPPUNIT_ASSERT(Model(saved.folder.path("encrypt")).has_role(Role::decode));
    }

    void split_refuses()
    {
        const SavedModel saved("model_split_refuses");
        const std::string other = saved.folder.path("other");
        test::save_small_model(other, 2);
        const Model model(saved.directory);
        const auto refusal = [&](Role role, const std::string& destination) {
            return test::error_text<ModelError>(
                [&] { split_model(model, role, destination); });
        };
        test::assert_contains(refusal(Role::encode, saved.directory), "own directory");
        test::assert_contains(refusal(Role::encode, other), "holds another model");
        Model(other).verify();
        std::ofstream(saved.file(Role::decode), std::ios::app) << "x";
        const std::string destination = saved.folder.path("fresh");
        test::assert_contains(refusal(Role::decode, destination), "another SHA-256");
        CPPUNIT_ASSERT(!fs::exists(destination + "/model.json"));
        test::assert_contains(refusal(Role::encode, saved.folder.file("file", "x")),
                              "cannot be created");
    }

    void missing_directory_and_manifest()
    {
        const test::ScratchFolder folder("model_missing");
        const auto refusal = [](const std::string& directory) {
            return test::error_text<ModelError>([&] { Model{ directory }; });
        };
        test::assert_contains(refusal(folder.path("nowhere")),
                              "there is no model directory " + folder.path("nowhere"));
        test::assert_contains(refusal(folder.path("")), "model.json is missing");
        test::assert_contains(refusal(folder.file("file", "")), "no model directory");
        test::assert_contains(refusal(std::string(5000, 'x')), "no model directory");
    }

    void missing_file()
    {
        const SavedModel saved("model_missing_file");
        fs::remove(saved.file(Role::decode));
        test::assert_contains(saved.decoder_refusal(),
                              saved.file(Role::decode) + " is missing");
        const Model model(saved.directory);
        CPPUNIT_ASSERT(!model.has_role(Role::decode));
        model.verify();                     // of what is there
        model.load_encoder(test::on_cpu()); // other roles still load
        fs::create_directory(saved.file(Role::decode));
        test::assert_contains(saved.decoder_refusal(), "not a regular file");
    }

    void truncated_file()
    {
        const SavedModel saved("model_truncated");
        const auto size = fs::file_size(saved.file(Role::decode));
        for (const uintmax_t left :
             { size - 1, size / 2, uintmax_t{ 7 }, uintmax_t{ 0 } }) {
            fs::resize_file(saved.file(Role::decode), left);
            const std::string text = saved.decoder_refusal();
            test::assert_contains(text, saved.file(Role::decode));
            test::assert_contains(text, "truncated");
            test::assert_contains(text, "copy it again");
        }
    }

    void swapped_files()
    {
        const SavedModel saved("model_swapped");
        const std::string encode = test::file_bytes(saved.file(Role::encode));
        fs::copy_file(saved.file(Role::encode),
                      saved.file(Role::decode),
                      fs::copy_options::overwrite_existing);
        const std::string text = saved.decoder_refusal();
        test::assert_contains(text,
                              saved.file(Role::decode) +
                                  " is the file of the role "
                                  "'encode', not of 'decode'");
        test::assert_contains(
            test::error_text<ModelError>([&] { Model(saved.directory).verify(); }),
            "swapped");
        // a model.json that goes along with it does not help
        saved.replace_decoder(encode);
        test::assert_contains(saved.decoder_refusal(), "it is of the role 'encode'");
        TensorFile anonymous = parse_safetensors(encode, "x");
        anonymous.metadata.clear();
        saved.replace_decoder(serialize_safetensors(anonymous));
        test::assert_contains(saved.decoder_refusal(), "lacks the tensor");
        // of another model altogether
        const SavedModel other("model_swapped_other");
        std::ofstream(other.file(Role::encrypt), std::ios::binary) << encode;
        test::assert_contains(test::error_text<ModelError>([&] {
                                  Model(other.directory).load_encryptor(test::on_cpu());
                              }),
                              "is the file of the role 'encode'");
    }

    void every_tampered_byte_counts()
    {
        const SavedModel saved("model_tampered");
        const std::string good = test::file_bytes(saved.file(Role::decode));
        for (const std::size_t position :
             { std::size_t{ 0 }, std::size_t{ 40 }, good.size() / 2, good.size() - 1 }) {
            std::string bytes = good;
            bytes[position] ^= 1;
            std::ofstream(saved.file(Role::decode), std::ios::binary) << bytes;
            const std::string text = saved.decoder_refusal();
            test::assert_contains(text,
                                  saved.file(Role::decode) + " has another SHA-256");
            test::assert_contains(text, "altered");
        }
        std::ofstream(saved.file(Role::decode), std::ios::binary) << good;
        Model(saved.directory).load_decoder(test::on_cpu());
    }

    void tensors_that_do_not_fit()
    {
        const SavedModel saved("model_shapes");
        const std::string good = test::file_bytes(saved.file(Role::decode));
        const auto refusal = [&](const std::function<void(TensorFile&)>& change) {
            TensorFile file = parse_safetensors(good, "x");
            change(file);
            saved.replace_decoder(serialize_safetensors(file));
            const std::string text = saved.decoder_refusal();
            test::assert_contains(text, saved.file(Role::decode));
            test::assert_contains(text, "belongs to another role or another model");
            return text;
        };
        const std::string name = parse_safetensors(good, "x").tensors.begin()->first;
        test::assert_contains(refusal([&](TensorFile& f) { f.tensors.erase(name); }),
                              "lacks the tensor '" + name + "'");
        test::assert_contains(
            refusal([](TensorFile& f) { f.tensors["extra"] = torch::zeros({ 1 }); }),
            "has the tensor 'extra', which the net lacks");
        test::assert_contains(refusal([&](TensorFile& f) {
                                  f.tensors[name] = f.tensors[name].unsqueeze(0);
                              }),
                              "has the tensor '" + name + "' as Float [1, ");
        saved.replace_decoder("not safetensors");
        test::assert_contains(saved.decoder_refusal(), "not a valid safetensors file");
    }

    void weights_of_other_precisions()
    {
        const SavedModel saved("model_precisions");
        const std::string good = test::file_bytes(saved.file(Role::decode));
        const auto store = [&](torch::ScalarType type) {
            TensorFile file = parse_safetensors(good, "x");
            for (auto& [name, tensor] : file.tensors)
                tensor = tensor.to(type);
            saved.replace_decoder(serialize_safetensors(file));
        };
        // Double holds every float, the others round to 11 and 8 bits.
        const std::vector<std::pair<torch::ScalarType, double>> precisions{
            { torch::kDouble, 0 }, { torch::kHalf, 0x1p-11 }, { torch::kBFloat16, 0x1p-8 }
        };
        for (const auto& [type, rounding] : precisions) {
            store(type);
            const auto read = Model(saved.directory).load_decoder(test::on_cpu());
            const auto parameters = read->named_parameters();
            CPPUNIT_ASSERT(parameters.size() > 0);
            for (const auto& item : saved.nets.decoder->named_parameters()) {
                const auto& stored = parameters[item.key()];
                CPPUNIT_ASSERT(stored.scalar_type() == torch::kFloat32);
                CPPUNIT_ASSERT(torch::allclose(stored, item.value(), rounding, 1e-7));
            }
        }
        store(torch::kInt);
        test::assert_contains(saved.decoder_refusal(), "save it as float32 or float16");
    }

    void failed_load_changes_nothing_else()
    {
        const SavedModel saved("model_other_roles");
        std::ofstream(saved.file(Role::decode), std::ios::binary) << "x";
        saved.decoder_refusal();
        const Model model(saved.directory);
        CPPUNIT_ASSERT(
            same_tensors(*saved.nets.encoder, *model.load_encoder(test::on_cpu())));
    }

    void unknown_device()
    {
        const SavedModel saved("model_device");
        const Model model(saved.directory);
        RuntimeOptions options;
        options.device = "abacus";
        const auto contains = [](const std::function<void()>& load) {
            test::assert_contains(test::error_text<DeviceError>(load),
                                  "unknown device 'abacus'");
        };
        contains([&] { model.load_encryptor(options); });
        contains([&] { model.load_encoder(options); });
        contains([&] { model.load_decoder(options); });
        contains([&] { model.load_decryptor(options); });
    }

    void unwritable_directory()
    {
        const test::ScratchFolder folder("model_unwritable");
        const Manifest manifest = test::small_manifest();
        const ModelNets nets = test::random_nets(manifest);
        const std::string file = folder.file("file", "x");
        test::assert_contains(test::error_text<ModelError>(
                                  [&] { save_model(file + "/m", manifest, nets); }),
                              file + "/m cannot be created");
        ModelNets incomplete = nets;
        incomplete.decoder.reset();
        test::assert_contains(test::error_text<ConfigError>([&] {
                                  save_model(folder.path("m"), manifest, incomplete);
                              }),
                              "the net of the role 'decode' is missing");
        Manifest unnamed = manifest;
        unnamed.name = "";
        test::assert_contains(test::error_text<ModelError>(
                                  [&] { save_model(folder.path("m"), unnamed, nets); }),
                              "must consist of");
        CPPUNIT_ASSERT(!fs::exists(folder.path("m") + "/model.json"));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_model> register_qa_model("model");

} // namespace djescc
