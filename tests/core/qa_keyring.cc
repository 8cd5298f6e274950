/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of keyrings on disk: what is written, and what is refused.

#include "error_text.h"
#include "scratch_folder.h"
#include "small_model.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/model/keyring.h>
#include <set>
#include <sys/stat.h>

namespace djescc {

namespace fs = std::filesystem;

//! Keyrings on disk: what is written, and what is refused.
class qa_keyring : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyring);
    CPPUNIT_TEST(copies_differ_in_their_secrets_alone);
    CPPUNIT_TEST(models_around_one_codec);
    CPPUNIT_TEST(masks_as_they_are_chosen);
    CPPUNIT_TEST(models_of_equal_weights_and_another_name);
    CPPUNIT_TEST(models_that_do_not_fit);
    CPPUNIT_TEST(ciphers_without_secrets);
    CPPUNIT_TEST(damaged_keyrings);
    CPPUNIT_TEST(roles_are_split);
    CPPUNIT_TEST_SUITE_END();

    static Manifest masked_manifest()
    {
        Manifest manifest = test::small_manifest();
        manifest.cipher["mask"] = { { "latents", 6 }, { "noise", 6 }, { "size", 8 } };
        return manifest;
    }

    //! A model with its own cipher nets; models of one \p codec_seed share a codec.
    static std::string save(const test::ScratchFolder& folder,
                            const std::string& name,
                            uint64_t seed,
                            uint64_t codec_seed = 1,
                            const Manifest& manifest = masked_manifest())
    {
        ModelNets nets = test::random_nets(manifest, seed);
        const ModelNets others = test::random_nets(manifest, codec_seed);
        nets.encoder = others.encoder;
        nets.decoder = others.decoder;
        save_model(folder.path(name), manifest, nets);
        return folder.path(name);
    }

    template <typename Exception = ModelError, typename Function>
    static void refuses(const std::string& text, Function&& function)
    {
        test::assert_contains(test::error_text<Exception>(function), text);
    }

    static std::string file(const Model& model, Role role)
    {
        return model.directory() + "/" + model.manifest().weights.at(role).file;
    }

    void copies_differ_in_their_secrets_alone()
    {
        const test::ScratchFolder folder("keyring_copies");
        const Model model(save(folder, "model", 1));
        create_keyring(model, 3, folder.path("ring"));
        const Keyring ring(folder.path("ring"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), ring.size());
        CPPUNIT_ASSERT(ring.frame_masks());
        // the provider's model is the one that everybody knows
        CPPUNIT_ASSERT(ring.codec().fingerprint() == model.fingerprint());
        ring.codec().verify();
        CPPUNIT_ASSERT(ring.codec().has_role(Role::encode) &&
                       ring.codec().has_role(Role::decode));
        CPPUNIT_ASSERT(!ring.codec().has_role(Role::encrypt));
        std::set<std::string> masks;
        for (std::size_t i = 0; i < ring.size(); i++) {
            const Model& member = ring.member(i);
            member.verify();
            CPPUNIT_ASSERT(!member.has_role(Role::encode));
            for (const Role role : { Role::encrypt, Role::decrypt }) {
                const auto before = read_safetensors(file(model, role));
                const auto after = read_safetensors(file(member, role));
                for (const auto& [name, tensor] : before.tensors) {
                    const bool secret = tensor.scalar_type() == torch::kInt8;
                    CPPUNIT_ASSERT(torch::equal(tensor, after.tensors.at(name)) !=
                                   secret);
                }
                struct stat status = {};
                ::stat(file(member, role).c_str(), &status);
                CPPUNIT_ASSERT_EQUAL(mode_t(0600), mode_t(status.st_mode & 07777));
            }
            masks.insert(test::file_bytes(file(member, Role::decrypt)));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), masks.size());
        refuses("already holds a keyring",
                [&] { create_keyring(model, 3, folder.path("ring")); });
    }

    void models_around_one_codec()
    {
        const test::ScratchFolder folder("keyring_models");
        const std::vector<std::string> models{ save(folder, "a", 1),
                                               save(folder, "b", 2),
                                               save(folder, "c", 3) };
        create_keyring(models, folder.path("ring"));
        const Keyring ring(folder.path("ring"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), ring.size());
        for (std::size_t i = 0; i < ring.size(); i++) {
            const Model model(models[i]);
            CPPUNIT_ASSERT(ring.member(i).fingerprint() == model.fingerprint());
            CPPUNIT_ASSERT(test::file_bytes(file(ring.member(i), Role::encrypt)) ==
                           test::file_bytes(file(model, Role::encrypt)));
        }
        // another order is another keyring
        create_keyring({ models[1], models[0], models[2] }, folder.path("other"));
        CPPUNIT_ASSERT(Keyring(folder.path("other")).fingerprint() != ring.fingerprint());
    }

    void masks_as_they_are_chosen()
    {
        const test::ScratchFolder folder("keyring_masks");
        const Model model(save(folder, "model", 1));
        create_keyring(model, 2, folder.path("member"), MaskChoice::never);
        CPPUNIT_ASSERT(!Keyring(folder.path("member")).frame_masks());
        // a cipher whose nets alone keep the secret
        const Manifest plain = test::small_manifest();
        create_keyring({ save(folder, "a", 1, 1, plain), save(folder, "b", 2, 1, plain) },
                       folder.path("plain"));
        CPPUNIT_ASSERT(!Keyring(folder.path("plain")).frame_masks());
        const std::string path = folder.path("plain") + "/keyring.json";
        std::string text = test::file_bytes(path);
        text.replace(text.find("false"), 5, "true");
        folder.file("plain/keyring.json", text);
        refuses("no mask", [&] { Keyring(folder.path("plain")); });
    }

    void models_of_equal_weights_and_another_name()
    {
        const test::ScratchFolder folder("keyring_names");
        Manifest other = masked_manifest();
        other.name = "other"; // stands in the weights files, so their hashes differ
        const std::string a = save(folder, "a", 1);
        const std::string b = save(folder, "b", 2, 1, other);
        CPPUNIT_ASSERT(Model(a).manifest().weights.at(Role::encode).sha256 !=
                       Model(b).manifest().weights.at(Role::encode).sha256);
        create_keyring({ a, b }, folder.path("ring"));
        const Keyring ring(folder.path("ring"));
        ring.member(1).verify();
        CPPUNIT_ASSERT_EQUAL(std::string("other"), ring.member(1).manifest().name);
    }

    void models_that_do_not_fit()
    {
        const test::ScratchFolder folder("keyring_misfits");
        const std::string a = save(folder, "a", 1), b = save(folder, "b", 2);
        const auto create = [&](const std::vector<std::string>& models) {
            create_keyring(models, folder.path("ring"));
        };
        refuses("has other weights", [&] { create({ a, save(folder, "c", 3, 3) }); });
        Manifest wide = masked_manifest();
        wide.codec["t"] = 16;
        refuses("codec is of another architecture", [&] {
            create({ a, save(folder, "d", 4, 1, wide) });
        });
        Manifest deep = masked_manifest();
        deep.cipher["encrypt"]["widths"] = { 4, 6, 10 };
        refuses("cipher is of another architecture", [&] {
            create({ a, save(folder, "e", 5, 1, deep) });
        });
        refuses("are the same model", [&] { create({ a, b, a }); });
        refuses<ConfigError>("2 to 256 models", [&] { create({ a }); });
        refuses<ConfigError>("2 to 256 models",
                             [&] { create_keyring(Model(a), 257, folder.path("ring")); });
        refuses("no model directory", [&] { create({ a, folder.path("nowhere") }); });
        fs::remove(file(Model(b), Role::decrypt));
        refuses("does not hold the role 'decrypt'", [&] { create({ a, b }); });
        CPPUNIT_ASSERT(!fs::exists(folder.path("ring")));
    }

    void ciphers_without_secrets()
    {
        const test::ScratchFolder folder("keyring_bare");
        const Model model(save(folder, "model", 1, 1, test::small_manifest()));
        refuses<ConfigError>("no secrets beside its weights: train another model",
                             [&] { create_keyring(model, 2, folder.path("ring")); });
        Manifest open = test::small_manifest();
        open.cipher = { { "type", "none" } };
        refuses<ConfigError>("hides nothing", [&] {
            create_keyring(
                { save(folder, "a", 1, 1, open), save(folder, "b", 2, 1, open) },
                folder.path("ring"));
        });
        CPPUNIT_ASSERT(!fs::exists(folder.path("ring")));
    }

    void damaged_keyrings()
    {
        const test::ScratchFolder folder("keyring_damaged");
        refuses("keyring.json is missing", [&] { Keyring(folder.path("none")); });
        const std::string path = folder.path("ring");
        create_keyring(Model(save(folder, "model", 1)), 2, path);
        const auto good = nlohmann::json::parse(test::file_bytes(path + "/keyring.json"));
        const auto with = [&](const std::string& pointer, const nlohmann::json& value) {
            auto changed = good;
            changed[nlohmann::json::json_pointer(pointer)] = value;
            folder.file("ring/keyring.json", changed.dump());
            return test::error_text<ModelError>([&] { Keyring{ path }; });
        };
        for (const char* directory : { "../model", "/etc", "", ".", "member-000/x" }) {
            test::assert_contains(with("/members/0/directory", directory),
                                  "members[0].directory");
            test::assert_contains(with("/codec/directory", directory), "codec.directory");
        }
        test::assert_contains(with("/format_version", 2), "reads version 1");
        test::assert_contains(with("/surprise", 1), "surprise");
        test::assert_contains(with("/frame_masks", 1), "frame_masks");
        test::assert_contains(with("/members", nlohmann::json::array()), "members");
        test::assert_contains(with("/members/1", good["members"][0]), "twice");
        test::assert_contains(
            with("/members/1/fingerprint", good["members"][0]["fingerprint"]),
            "same model");
        test::assert_contains(with("/members/0/fingerprint", "0123456789abcdef"),
                              "another model than keyring.json says");
        test::assert_contains(with("/members/0/directory", "nowhere"), "nowhere");
        folder.file("ring/keyring.json", "{");
        test::error_text<ModelError>([&] { Keyring{ path }; });

        folder.file("ring/keyring.json", good.dump());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), Keyring(path).size());
        // the codec of other weights, and keyring.json brought in step with it
        const std::string stranger = save(folder, "stranger", 9, 9);
        fs::remove_all(path + "/codec");
        fs::copy(stranger, path + "/codec");
        test::assert_contains(
            with("/codec/fingerprint", to_string(Model(stranger).fingerprint())),
            "has other weights");
        fs::remove_all(path + "/member-001");
        test::assert_contains(with("/frame_masks", true), "codec");
    }

    void roles_are_split()
    {
        const test::ScratchFolder folder("keyring_split");
        create_keyring(Model(save(folder, "model", 1)), 2, folder.path("ring"));
        const Keyring ring(folder.path("ring"));
        split_keyring(ring, Role::decrypt, folder.path("recipient"));
        const Keyring recipient(folder.path("recipient"));
        CPPUNIT_ASSERT(recipient.fingerprint() == ring.fingerprint());
        for (std::size_t i = 0; i < recipient.size(); i++) {
            CPPUNIT_ASSERT(recipient.member(i).has_role(Role::decrypt));
            CPPUNIT_ASSERT(!recipient.member(i).has_role(Role::encrypt));
        }
        CPPUNIT_ASSERT(!recipient.codec().has_role(Role::decode));
        split_keyring(ring, Role::encrypt, folder.path("recipient"));
        CPPUNIT_ASSERT(
            Keyring(folder.path("recipient")).member(1).has_role(Role::encrypt));
        refuses<ConfigError>("djescc model split", [&] {
            split_keyring(ring, Role::decode, folder.path("provider"));
        });
        create_keyring(Model(folder.path("model")), 2, folder.path("other"));
        refuses("holds another keyring", [&] {
            split_keyring(
                Keyring(folder.path("other")), Role::decrypt, folder.path("recipient"));
        });
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_keyring> register_qa_keyring("keyring");

} // namespace djescc
