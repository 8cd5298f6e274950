/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of models with weights of half the size.

#include "error_text.h"
#include "scratch_folder.h"
#include "small_model.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/model/compact.h>
#include <filesystem>

namespace djescc {

namespace fs = std::filesystem;

class qa_compact : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_compact);
    CPPUNIT_TEST(halves_files_and_rounds_weights);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST_SUITE_END();

    static std::string file(const Model& model, Role role)
    {
        return model.directory() + "/" + model.manifest().weights.at(role).file;
    }

    void halves_files_and_rounds_weights()
    {
        const test::ScratchFolder folder("compact");
        auto manifest = test::small_manifest();
        manifest.cipher["mask"] = { { "latents", 6 }, { "noise", 6 }, { "size", 8 } };
        save_model(folder.path("model"), manifest, test::random_nets(manifest));
        const Model whole(folder.path("model"));
        compact_model(whole, folder.path("compact"));
        const Model compact(folder.path("compact"));
        compact.verify();
        CPPUNIT_ASSERT(compact.fingerprint() != whole.fingerprint());
        CPPUNIT_ASSERT(fs::file_size(file(compact, Role::decode)) <
                       0.55 *
                           static_cast<double>(fs::file_size(file(whole, Role::decode))));
        for (const auto role : all_roles) {
            const auto before = read_safetensors(file(whole, role));
            const auto after = read_safetensors(file(compact, role));
            for (const auto& [name, tensor] : before.tensors) {
                const auto& stored = after.tensors.at(name);
                if (tensor.is_floating_point()) {
                    CPPUNIT_ASSERT_MESSAGE(name, stored.scalar_type() == torch::kHalf);
                    CPPUNIT_ASSERT_MESSAGE(
                        name,
                        torch::allclose(
                            tensor, stored.to(torch::kFloat32), 1.0 / 2048, 1e-7));
                } else // signs and counters
                    CPPUNIT_ASSERT_MESSAGE(name, torch::equal(tensor, stored));
            }
        }
        RuntimeOptions cpu;
        cpu.device = "cpu";
        torch::NoGradGuard no_grad;
        const auto images = torch::rand({ 2, 3, 32, 32 });
        CPPUNIT_ASSERT(
            torch::allclose(whole.load_encryptor(cpu)->forward(images, {}).images,
                            compact.load_encryptor(cpu)->forward(images, {}).images,
                            0.0,
                            0.01));
    }

    void refuses()
    {
        const test::ScratchFolder folder("compact_refuses");
        const auto manifest = test::small_manifest();
        auto nets = test::random_nets(manifest);
        save_model(folder.path("model"), manifest, nets);
        const auto refusal = [&](const std::string& model, const std::string& to) {
            return test::error_text<Error>(
                [&] { compact_model(Model(folder.path(model)), folder.path(to)); });
        };
        test::assert_contains(refusal("model", "model"), "already holds a model");
        torch::NoGradGuard no_grad;
        nets.decoder->parameters().front().fill_(1e6);
        save_model(folder.path("large"), manifest, nets);
        test::assert_contains(refusal("large", "new"), "half precision");
        fs::remove(folder.path("model/decrypt.safetensors"));
        test::assert_contains(refusal("model", "new"), "decrypt.safetensors is missing");
        CPPUNIT_ASSERT(!fs::exists(folder.path("new")));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_compact> register_qa_compact("compact");

} // namespace djescc
