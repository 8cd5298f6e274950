/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Opens a role's nets and runs frames through them.

#include <djescc/runtime/role_runner.h>

#include "runtime/frame_rows.h"
#include "runtime/image_fitting.h"
#include "runtime/model_source.h"
#include "runtime/runner_keys.h"
#include "runtime/symbol_parts.h"
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <c10/util/StringUtil.h>
#include <djescc/error.h>
#include <djescc/image/padding.h>
#include <djescc/net/clip_net.h>

namespace djescc {

namespace {

//! No link is better or worse; a net sees finite numbers, whatever a tag says.
constexpr double largest_told_snr_db = 100;

bool of_provider(Role role) { return role == Role::encode || role == Role::decode; }

//! A net that is being trained runs between two steps as it will in use.
template <typename Net>
Net& in_use(RoleNet& net)
{
    if (net.is_training()) {
        net.eval();
    }
    return static_cast<Net&>(net);
}

//! What a burst's header has room for.
//! \throws ModelError
void check_limits(const Model& model)
{
    const int64_t parts = model.codec().parts(), bytes = model.cipher().side_bytes();
    if (parts < 1 || parts > max_parts) {
        throw ModelError(c10::str(model.directory(),
                                  ": its codec sends in ",
                                  parts,
                                  " parts, but 1 to ",
                                  max_parts,
                                  " are possible"));
    }
    if (bytes < 0 || bytes > max_side_bytes) {
        throw ModelError(c10::str(model.directory(),
                                  ": its cipher needs ",
                                  bytes,
                                  " side bytes, but 0 to ",
                                  max_side_bytes,
                                  " are possible"));
    }
}

void check_symbols(const FrameBatch& batch)
{
    const auto& values = batch.values;
    if (!values.defined() || values.dim() != 2 || values.numel() == 0 ||
        values.scalar_type() != torch::kComplexFloat) {
        throw ConfigError("symbols must be a non-empty N x k complex64 tensor");
    }
}

} // namespace

//! One model's side of the chain.
struct RoleRunner::Member {
    std::shared_ptr<const Cipher> cipher;
    std::shared_ptr<const Codec> codec; //!< null for a cipher alone
    std::shared_ptr<RoleNet> net;
    std::array<double, 2> snr_db;
};

RoleRunner::RoleRunner(Role role, const ModelSource& source, const RunnerOptions& options)
    : d_role(role)
    , d_step(step_of(role))
    , d_device(select_device(options.runtime.device))
    , d_options(options)
{
    const OpenedSource opened(source, of_provider(role));
    // The key comes first: it is checked in no time, nets take long to load.
    if (!source.key_file.empty()) {
        d_keys = std::make_unique<Keys>(SecretKey::read(source.key_file),
                                        of_provider(role) || opened.picture_keys);
    }
    d_fingerprint = opened.fingerprint;
    for (const auto& directory : opened.directories) {
        const Model model(directory);
        check_limits(model);
        if (d_keys != nullptr && of_provider(role) &&
            !model.codec().takes_picture_keys()) {
            throw ConfigError("the codec of " + directory +
                              " keeps nothing under a key: give the key to owner and "
                              "recipient, or take a model of codec hybrid");
        }
        if (d_keys != nullptr && !of_provider(role) && opened.picture_keys &&
            !model.cipher().takes_picture_keys()) {
            throw ConfigError(
                "the cipher of " + directory +
                " has no mask that a key could change from frame to frame: give a "
                "keyring of such models (djescc keyring create)");
        }
        d_members.push_back({ model.shared_cipher(),
                              model.shared_codec(),
                              model.load(role, options.runtime),
                              model.manifest().snr_db });
    }
}

RoleRunner::RoleRunner(Role role,
                       std::shared_ptr<const Cipher> cipher,
                       std::shared_ptr<const Codec> codec,
                       std::shared_ptr<RoleNet> net,
                       torch::Device device,
                       const std::array<double, 2>& snr_db,
                       const RunnerOptions& options)
    : d_role(role), d_step(step_of(role)), d_device(device), d_options(options)
{
    d_members.push_back({ std::move(cipher), std::move(codec), std::move(net), snr_db });
}

RoleRunner::Step RoleRunner::step_of(Role role)
{
    switch (role) {
    case Role::encrypt:
        return &RoleRunner::encrypt;
    case Role::encode:
        return &RoleRunner::encode;
    case Role::decode:
        return &RoleRunner::decode;
    case Role::decrypt:
        return &RoleRunner::decrypt;
    }
    throw ConfigError("a role is one of encrypt, encode, decode, decrypt");
}

RoleRunner::~RoleRunner() = default;
RoleRunner::RoleRunner(RoleRunner&&) noexcept = default;

const Cipher& RoleRunner::cipher() const { return *d_members.front().cipher; }
const Codec& RoleRunner::codec() const { return *d_members.front().codec; }
const RoleNet& RoleRunner::net() const { return *d_members.front().net; }

int64_t RoleRunner::multiple() const
{
    return common_multiple(cipher(), d_members.front().codec.get());
}

bool RoleRunner::remembers() const
{
    return std::any_of(d_members.begin(), d_members.end(), [](const Member& member) {
        const auto* net = dynamic_cast<const ClipNet*>(member.net.get());
        return net != nullptr && net->remembers();
    });
}

void RoleRunner::begin_clip()
{
    for (auto& member : d_members) {
        if (auto* net = dynamic_cast<ClipNet*>(member.net.get())) {
            net->begin_clip();
        }
    }
}

void RoleRunner::set_rate_groups(int64_t groups)
{
    check_rate_groups(groups);
    d_rate_groups = groups;
}

void RoleRunner::check_rate_groups(int64_t groups) const
{
    const auto known = codec().rate_groups();
    if (groups != 0 && !known.can_be_chosen()) {
        throw ConfigError("codec " + codec().type() +
                          " has one rate: leave the number of groups at 0");
    }
    if (groups != 0 && (groups < known.least || groups > known.most)) {
        throw ConfigError(c10::str("codec ",
                                   codec().type(),
                                   " sends ",
                                   known.least,
                                   " to ",
                                   known.most,
                                   " groups, not ",
                                   groups,
                                   "; 0 lets it decide for each picture"));
    }
}

ImageShape RoleRunner::output_shape(const ImageShape& shape) const
{
    return encrypted_shape(cipher(), d_members.front().codec.get(), shape);
}

std::vector<int64_t> RoleRunner::symbol_counts(const ImageShape& shape) const
{
    check_shape(shape);
    return codec().symbol_counts(
        rounded_up(shape, codec().channels(), codec().multiple()));
}

FrameBatch RoleRunner::run(FrameBatch batch)
{
    if (!batch.values.defined() || batch.values.dim() == 0 || batch.facts.empty() ||
        static_cast<int64_t>(batch.facts.size()) != batch.values.size(0)) {
        throw ConfigError("a batch needs the facts of each of its frames");
    }
    const c10::InferenceMode inference;
    if (d_members.size() == 1) {
        return (this->*d_step)(d_members.front(), std::move(batch));
    }
    const auto dealt = d_keys->deal(batch.facts, d_members.size());
    if (dealt.size() == 1) {
        return (this->*d_step)(d_members[dealt.begin()->first], std::move(batch));
    }
    FrameBatch all;
    all.facts.resize(batch.facts.size());
    for (const auto& [member, rows] : dealt) {
        put_rows((this->*d_step)(d_members[member], chosen_rows(batch, rows)), rows, all);
    }
    return all;
}

FrameBatch RoleRunner::encrypt(Member& member, FrameBatch batch)
{
    check_images(batch.values);
    const ImageShape plain = shape_of(batch.values);
    const ImageShape padded = padded_shape(*member.cipher, member.codec.get(), plain);
    const torch::Tensor images =
        pad_to_multiple(with_channels(batch.values, padded.channels),
                        common_multiple(*member.cipher, member.codec.get()));
    Conditions conditions;
    conditions.keys = d_keys == nullptr ? nullptr : d_keys->of(batch.facts);
    const auto hidden =
        in_use<Encryptor>(*member.net).forward(images.to(d_device), conditions);
    batch.values = result(hidden.images);
    if (member.cipher->values_beside(shape_of(images)) > 0) {
        batch.extras = hidden.extras;
    }
    const int64_t bytes = member.cipher->side_bytes();
    const auto side = bytes > 0 ? hidden.side.to(torch::kCPU).contiguous() : hidden.side;
    for (std::size_t i = 0; i < batch.facts.size(); i++) {
        auto& facts = batch.facts[i];
        facts.plain = plain;
        facts.shape = shape_of(batch.values);
        facts.side.clear();
        if (bytes > 0) {
            const auto* row = side.data_ptr<uint8_t>() + static_cast<int64_t>(i) * bytes;
            facts.side.assign(row, row + bytes);
        }
    }
    return batch;
}

FrameBatch RoleRunner::encode(Member& member, FrameBatch batch)
{
    check_images(batch.values);
    const Codec& codec = *member.codec;
    const ImageShape shape = shape_of(batch.values);
    const torch::Tensor padded =
        pad_to_multiple(with_channels(batch.values, codec.channels()), codec.multiple());
    Conditions conditions;
    conditions.snr_db = told_snr(member, batch);
    conditions.keys = d_keys == nullptr ? nullptr : d_keys->to_send(batch.facts);
    conditions.rate_groups = d_rate_groups;
    const auto counts = symbol_counts(shape);
    const int64_t parts_before = check_feedback(codec, batch, counts);
    if (parts_before > 0) {
        conditions.feedback = batch.feedback.to(d_device);
    }
    const auto symbols =
        in_use<SymbolEncoder>(*member.net).forward(padded.to(d_device), conditions);
    for (auto& facts : batch.facts) {
        facts.shape = shape;
        facts.model = d_fingerprint;
        facts.part = parts_before;
        facts.parts = codec.parts();
    }
    batch.feedback = torch::Tensor();
    batch.values = result(symbols.values);
    batch.counts =
        symbols.counts.defined() ? symbols.counts.to(torch::kCPU) : symbols.counts;
    if (codec.needs().feedback) {
        check_part(batch, counts);
        return batch;
    }
    if (codec.parts() > 1) {
        return split_into_parts(std::move(batch), counts);
    }
    check_symbol_counts(batch, counts); // a plug-in's encoder may contradict its codec
    return batch;
}

FrameBatch RoleRunner::decode(Member& member, FrameBatch batch)
{
    check_symbols(batch);
    const Codec& codec = *member.codec;
    const ImageShape shape = batch.facts.front().shape;
    check_channels(shape, codec.channels());
    check_symbol_counts(batch, symbol_counts(shape));
    Conditions conditions;
    conditions.snr_db = told_snr(member, batch);
    conditions.keys = d_keys == nullptr ? nullptr : d_keys->of(batch.facts);
    if (batch.reliability.defined()) {
        conditions.reliability = batch.reliability.to(d_device);
    }
    const auto decoded =
        in_use<SymbolDecoder>(*member.net)
            .forward({ batch.values.to(d_device), batch.counts, {} },
                     rounded_up(shape, codec.channels(), codec.multiple()),
                     conditions);
    batch.values = result(fitted(decoded.images, shape));
    batch.counts = torch::Tensor();
    batch.reliability = torch::Tensor();
    for (std::size_t i = 0; i < batch.facts.size(); i++) {
        auto& facts = batch.facts[i];
        facts.part = 0;
        facts.parts = 1;
        facts.outage = decoded.outage.defined() &&
                       decoded.outage[static_cast<int64_t>(i)].item<bool>();
    }
    return batch;
}

FrameBatch RoleRunner::decrypt(Member& member, FrameBatch batch)
{
    check_images(batch.values);
    const ImageShape plain =
        batch.facts.front().plain.value_or(batch.facts.front().shape);
    const ImageShape wanted = encrypted_shape(*member.cipher, member.codec.get(), plain);
    // before a mask is drawn, whose size a frame's sender has written
    if (shape_of(batch.values) != wanted) {
        throw ConfigError("a plain image of shape " + describe(plain) +
                          " has a protected image of shape " + describe(wanted) +
                          ", but one of shape " + describe(shape_of(batch.values)) +
                          " was given");
    }
    Conditions conditions;
    conditions.keys = d_keys == nullptr ? nullptr : d_keys->of(batch.facts);
    auto side = side_tensor(batch, member.cipher->side_bytes());
    if (side.defined()) {
        side = side.to(d_device);
    }
    const auto images =
        in_use<Decryptor>(*member.net)
            .forward({ batch.values.to(d_device), side, batch.extras }, conditions);
    batch.extras.clear();
    batch.values = result(fitted(images, plain));
    for (auto& facts : batch.facts) {
        facts.shape = plain;
    }
    return batch;
}

torch::Tensor RoleRunner::told_snr(const Member& member, const FrameBatch& batch)
{
    std::vector<float> values;
    bool assumed = false;
    for (const auto& facts : batch.facts) {
        const auto known = d_snr_hint ? d_snr_hint : facts.snr_db;
        assumed = assumed || !known;
        values.push_back(static_cast<float>(
            std::clamp(known.value_or((member.snr_db[0] + member.snr_db[1]) / 2),
                       -largest_told_snr_db,
                       largest_told_snr_db)));
    }
    if (assumed && !member.codec->needs().snr) {
        return {};
    }
    if (assumed && !d_assumed_snr && d_options.notice) {
        d_options.notice(c10::str("the codec adapts to the channel and nobody tells the ",
                                  to_string(d_role),
                                  "r its SNR: it takes the middle of its range, ",
                                  (member.snr_db[0] + member.snr_db[1]) / 2,
                                  " dB"));
    }
    d_assumed_snr = d_assumed_snr || assumed;
    return torch::tensor(values).to(d_device);
}

torch::Tensor RoleRunner::result(const torch::Tensor& tensor) const
{
    return d_options.keep_on_device ? tensor.contiguous()
                                    : tensor.to(torch::kCPU).contiguous();
}

FrameBatch image_batch(torch::Tensor images, int64_t first_id)
{
    FrameBatch batch;
    FrameFacts facts;
    facts.shape = shape_of(images);
    for (int64_t i = 0; i < images.size(0); i++) {
        facts.id = first_id + i;
        batch.facts.push_back(facts);
    }
    batch.values = std::move(images);
    return batch;
}

} // namespace djescc
