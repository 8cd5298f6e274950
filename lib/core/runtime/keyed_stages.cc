/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cipher/frame_masks.h"
#include "runtime/image_steps.h"
#include <c10/core/InferenceMode.h>
#include <djescc/error.h>
#include <djescc/keys/frame_secrets.h>
#include <djescc/model/keyring.h>
#include <djescc/runtime/keyed_stages.h>
#include <functional>
#include <map>
#include <optional>

namespace djescc {

namespace {

//! The combinations that make sense; the others would protect less than they look.
void check(const KeyedModels& models)
{
    if (models.model.empty() && models.keyring.empty()) {
        throw ConfigError("give a model or a keyring");
    }
    if (!models.model.empty() && !models.keyring.empty()) {
        throw ConfigError("a keyring brings its own models: leave the model " +
                          models.model + " out");
    }
    if (!models.keyring.empty() && models.key_file.empty()) {
        throw ConfigError("the keyring " + models.keyring +
                          " needs a key that chooses among its models (djescc keygen)");
    }
}

//! Directories of the models that a frame can be under.
struct Members {
    std::vector<std::string> directories;
    bool frame_masks = false;
};

Members members_of(const KeyedModels& models)
{
    check(models);
    Members members;
    if (models.keyring.empty()) {
        members.directories.push_back(models.model);
        members.frame_masks = !models.key_file.empty();
        return members;
    }
    const Keyring keyring(models.keyring);
    members.frame_masks = keyring.frame_masks();
    for (std::size_t i = 0; i < keyring.size(); i++) {
        members.directories.push_back(keyring.member(i).directory());
    }
    return members;
}

} // namespace

//! The nets of one role, and what the key decides about them.
class KeyedNets
{
public:
    //! Runs images through one net.
    using Step = std::function<torch::Tensor(
        const Model& model, ImageTransform& net, const torch::Tensor& images)>;

    KeyedNets(const KeyedModels& models, const RuntimeOptions& options, Role role)
    {
        const Members members = members_of(models);
        // The key comes first: it is checked in no time, nets take long to load.
        if (!models.key_file.empty()) {
            d_secrets.emplace(SecretKey::read(models.key_file));
        }
        for (const auto& directory : members.directories) {
            Model model(directory);
            auto net = role == Role::encrypt ? model.load_encryptor(options)
                                             : model.load_decryptor(options);
            if (members.frame_masks && frame_masks(*net) == nullptr) {
                throw ConfigError(
                    "the cipher of " + directory +
                    " has no mask that a key could change from frame to frame: give a "
                    "keyring of such models (djescc keyring create)");
            }
            d_members.push_back({ std::move(model), std::move(net) });
        }
        d_frame_masks = members.frame_masks;
    }

    const Model& model() const { return d_members.front().model; }

    //! \param plain  shape of the images in plain; used with a key alone
    torch::Tensor run(const torch::Tensor& images,
                      const ImageShape& plain,
                      const std::vector<uint64_t>& counters,
                      const Step& step)
    {
        if (!d_secrets) {
            return step(model(), *d_members.front().net, images);
        }
        if (static_cast<int64_t>(counters.size()) != images.size(0)) {
            throw ConfigError("every image of a batch needs a counter");
        }
        const c10::InferenceMode inference;
        const auto dealt = deal(counters);
        if (dealt.size() == 1) {
            return run_member(dealt.begin()->first, images, plain, counters, step);
        }
        torch::Tensor results;
        for (const auto& [member, rows] : dealt) {
            std::vector<uint64_t> chosen;
            for (const int64_t row : rows) {
                chosen.push_back(counters[static_cast<std::size_t>(row)]);
            }
            const auto index = torch::tensor(rows);
            const auto part =
                run_member(member, images.index_select(0, index), plain, chosen, step);
            if (!results.defined()) {
                auto sizes = part.sizes().vec();
                sizes[0] = images.size(0);
                results = torch::empty(sizes, part.options());
            }
            results.index_copy_(0, index, part);
        }
        return results;
    }

private:
    struct Member {
        Model model;
        std::shared_ptr<ImageTransform> net;
    };

    //! The rows of each member that has any.
    std::map<std::size_t, std::vector<int64_t>>
    deal(const std::vector<uint64_t>& counters) const
    {
        const auto count = static_cast<uint32_t>(d_members.size());
        std::map<std::size_t, std::vector<int64_t>> dealt;
        for (std::size_t i = 0; i < counters.size(); i++) {
            dealt[d_secrets->member(counters[i], count)].push_back(
                static_cast<int64_t>(i));
        }
        return dealt;
    }

    torch::Tensor run_member(std::size_t index,
                             const torch::Tensor& images,
                             const ImageShape& plain,
                             const std::vector<uint64_t>& counters,
                             const Step& step)
    {
        const Member& member = d_members[index];
        if (d_frame_masks) {
            frame_masks(*member.net)
                ->draw_frame_masks(
                    padded_shape(member.model, plain), *d_secrets, counters);
        }
        return step(member.model, *member.net, images);
    }

    std::vector<Member> d_members;
    std::optional<FrameSecrets> d_secrets;
    bool d_frame_masks = false;
};

KeyedEncryptStage::KeyedEncryptStage(const KeyedModels& models,
                                     const RuntimeOptions& options)
    : d_device(select_device(options.device))
    , d_nets(std::make_unique<KeyedNets>(models, options, Role::encrypt))
{
}

KeyedEncryptStage::~KeyedEncryptStage() = default;

torch::Tensor KeyedEncryptStage::run(const torch::Tensor& images,
                                     const std::vector<uint64_t>& counters)
{
    check_images(images);
    return d_nets->run(
        images,
        shape_of(images),
        counters,
        [this](const Model& model, ImageTransform& net, const torch::Tensor& rows) {
            return encrypt_images(model, net, d_device, rows);
        });
}

ImageShape KeyedEncryptStage::output_shape(const ImageShape& plain) const
{
    return encrypted_shape(d_nets->model(), plain);
}

KeyedDecryptStage::KeyedDecryptStage(const KeyedModels& models,
                                     const RuntimeOptions& options)
    : d_device(select_device(options.device))
    , d_nets(std::make_unique<KeyedNets>(models, options, Role::decrypt))
{
}

KeyedDecryptStage::~KeyedDecryptStage() = default;

torch::Tensor KeyedDecryptStage::run(const torch::Tensor& images,
                                     const ImageShape& plain,
                                     const std::vector<uint64_t>& counters)
{
    // before a mask is drawn, whose size a frame's sender has written
    check_encrypted(d_nets->model(), images, plain);
    return d_nets->run(
        images,
        plain,
        counters,
        [&](const Model& model, ImageTransform& net, const torch::Tensor& rows) {
            return decrypt_images(model, net, d_device, rows, plain);
        });
}

} // namespace djescc
