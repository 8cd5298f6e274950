/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of models that get new secrets and keep everything else.

#include "error_text.h"
#include "scratch_folder.h"
#include "small_model.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/model/rekey.h>

namespace djescc {

namespace fs = std::filesystem;

class qa_rekey : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_rekey);
    CPPUNIT_TEST(random_generators_differ_and_are_fair);
    CPPUNIT_TEST(changes_secrets_and_nothing_else);
    CPPUNIT_TEST(owner_and_recipient_agree);
    CPPUNIT_TEST(works_without_the_providers_files);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST_SUITE_END();

    static Manifest masked_manifest()
    {
        Manifest manifest = test::small_manifest();
        manifest.cipher["mask"] = { { "latents", 6 }, { "noise", 6 }, { "size", 8 } };
        return manifest;
    }

    static Model save_masked(const test::ScratchFolder& folder)
    {
        const Manifest manifest = masked_manifest();
        save_model(folder.path("model"), manifest, test::random_nets(manifest));
        return Model(folder.path("model"));
    }

    static std::string file(const Model& model, Role role)
    {
        return model.directory() + "/" + model.manifest().weights.at(role).file;
    }

    void random_generators_differ_and_are_fair()
    {
        constexpr int64_t count = 1 << 20;
        const auto draw = [] {
            return torch::randint(0, 2, { count }, make_random_generator(), torch::kInt8);
        };
        const auto first = draw(), second = draw();
        // eight standard deviations of a fair coin on either side
        const double bound = 8 * std::sqrt(count * 0.25);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(count * 0.5, first.sum().item<double>(), bound);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            count * 0.5, (first != second).sum().item<double>(), bound);
    }

    void changes_secrets_and_nothing_else()
    {
        const test::ScratchFolder folder("rekey_changes");
        const Model old = save_masked(folder);
        rekey_model(old, folder.path("new"), make_random_generator());
        const Model rekeyed(folder.path("new"));
        rekeyed.verify();
        CPPUNIT_ASSERT(rekeyed.fingerprint() != old.fingerprint());
        for (const Role role : { Role::encode, Role::decode })
            CPPUNIT_ASSERT(test::file_bytes(file(old, role)) ==
                           test::file_bytes(file(rekeyed, role)));
        for (const Role role : { Role::encrypt, Role::decrypt }) {
            const auto before = read_safetensors(file(old, role));
            const auto after = read_safetensors(file(rekeyed, role));
            CPPUNIT_ASSERT(before.metadata == after.metadata);
            CPPUNIT_ASSERT_EQUAL(before.tensors.size(), after.tensors.size());
            for (const auto& [name, tensor] : before.tensors) {
                const bool secret = tensor.scalar_type() == torch::kInt8;
                CPPUNIT_ASSERT_MESSAGE(
                    name, torch::equal(tensor, after.tensors.at(name)) != secret);
            }
        }
    }

    void owner_and_recipient_agree()
    {
        const test::ScratchFolder folder("rekey_agree");
        const Model old = save_masked(folder);
        rekey_model(old, folder.path("new"), make_random_generator());
        const Model rekeyed(folder.path("new"));
        CPPUNIT_ASSERT(torch::equal(
            read_safetensors(file(rekeyed, Role::encrypt)).tensors.at("signs"),
            read_safetensors(file(rekeyed, Role::decrypt)).tensors.at("signs")));
    }

    void works_without_the_providers_files()
    {
        const test::ScratchFolder folder("rekey_owner");
        const Model old = save_masked(folder);
        fs::remove(file(old, Role::encode));
        fs::remove(file(old, Role::decode));
        rekey_model(old, folder.path("new"), make_random_generator());
        const Model rekeyed(folder.path("new"));
        rekeyed.verify();
        CPPUNIT_ASSERT(rekeyed.has_role(Role::encrypt) &&
                       rekeyed.has_role(Role::decrypt));
        CPPUNIT_ASSERT(!rekeyed.has_role(Role::encode));
        CPPUNIT_ASSERT_EQUAL(old.manifest().weights.at(Role::encode).sha256,
                             rekeyed.manifest().weights.at(Role::encode).sha256);
    }

    void refuses()
    {
        const test::ScratchFolder folder("rekey_refuses");
        const Model masked = save_masked(folder);
        const auto refusal = [](const Model& model, const std::string& destination) {
            return test::error_text<Error>(
                [&] { rekey_model(model, destination, make_random_generator()); });
        };
        test::assert_contains(refusal(masked, masked.directory()),
                              "already holds a model");
        test::save_small_model(folder.path("plain"));
        test::assert_contains(refusal(Model(folder.path("plain")), folder.path("new")),
                              "no secrets");
        fs::remove(file(masked, Role::decrypt));
        test::assert_contains(refusal(masked, folder.path("new")),
                              "decrypt.safetensors is missing");
        CPPUNIT_ASSERT(!fs::exists(folder.path("new")));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_rekey> register_qa_rekey("rekey");

} // namespace djescc
