/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The one path from frames to a role's net and back: blocks, simulations, evaluations,
 *  attacks and benchmarks all run it. */
#pragma once

#include <array>
#include <djescc/export.h>
#include <djescc/image/frame_facts.h>
#include <djescc/model/keyring.h>
#include <djescc/net/conditions.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace DJESCC_EXPORT djescc {

/*! Where a role's nets come from, and what key the owner's and the recipient's work under
 *  (docs/security.md):
 *
 *  | model | keyring | key file | what protects a picture                              |
 *  |-------|---------|----------|------------------------------------------------------|
 *  | given |         |          | the model                                            |
 *  | given |         | given    | the model, under a mask that the key changes frame   |
 *  |       |         |          | by frame                                             |
 *  |       | given   | given    | the member of the keyring that the key chooses for   |
 *  |       |         |          | the frame, and where the keyring says so such a mask |
 *
 *  Both ends number their frames alike (FrameFacts::id). A wrong key is noticed nowhere:
 *  the same work is done, and a picture comes out that shows nothing. The provider's
 *  roles need no key; of a keyring they run its codec. */
struct ModelSource {
    std::string model{};    //!< directory of a model; empty with a keyring
    std::string keyring{};  //!< directory of a keyring; empty for none
    std::string key_file{}; //!< made by djescc keygen; empty for none
};

struct RunnerOptions {
    RuntimeOptions runtime{};
    //! Results stay where the net ran instead of coming to the CPU.
    bool keep_on_device = false;
    //! Gets a line when something is assumed that should be told; called in run().
    std::function<void(const std::string&)> notice{};
};

/*! Frames of one shape. */
struct FrameBatch {
    //! N x C x H x W float32 in [0, 1], or N x k complex64.
    torch::Tensor values{};
    //! Of symbols: N int64 on the CPU, each row's own, at most k; undefined: k in all.
    torch::Tensor counts{};
    //! Of received symbols: N x k float32 in [0, 1], 0 for lost ones; undefined: unknown.
    torch::Tensor reliability{};
    //! Of images, for an encoder that hears back: N x k complex64, what came back of the
    //! parts that were sent before; undefined: nothing yet.
    torch::Tensor feedback{};
    //! Of protected images: what their decryption net needs and no link carries
    //! (Cipher::values_beside()). Stays with the batch in one process.
    Extras extras{};
    //! N of them. Shapes and plain shapes are alike; what else they say may differ.
    std::vector<FrameFacts> facts{};
};

/*! One role's net, with inference mode, devices, padding and cropping, keys and SNR taken
 *  care of. Not thread safe; construct anywhere, but call prepare_thread() in the thread
 *  that calls run().
 *
 *  | role    | takes            | gives                                          |
 *  |---------|------------------|------------------------------------------------|
 *  | encrypt | plain images     | protected images; `plain`, `shape`, `side` set |
 *  | encode  | images           | symbols; `model`, `part`, `parts` set          |
 *  | decode  | symbols          | images of `shape`                              |
 *  | decrypt | protected images | images of the shape `plain`                    |
 *
 *  Images whose size is not a multiple of what the nets need are padded by repeating the
 *  edge at the right and the bottom. The protected image keeps the padding (it carries
 *  the picture's last pixels); decrypting crops to the plain shape. One channel is
 *  repeated where the net needs several.
 *
 *  A codec that adapts to the channel is told each image's own SNR: the hint where there
 *  is one, else FrameFacts::snr_db, else the middle of its trained range, which `notice`
 *  hears of once. */
class RoleRunner
{
public:
    /*! \throws ConfigError for a combination that is not in the table above, a key file
     *          that cannot be used, a key without a keyring for a cipher that takes none,
     *          or a build without libsodium
     *  \throws ModelError for a keyring or a model that is missing or damaged
     *  \throws DeviceError for an unknown device */
    RoleRunner(Role role, const ModelSource& source, const RunnerOptions& options = {});

    /*! A net in memory, as it is while it is trained.
     *  \param snr_db  its trained range in dB */
    RoleRunner(Role role,
               std::shared_ptr<const Cipher> cipher,
               std::shared_ptr<const Codec> codec,
               std::shared_ptr<RoleNet> net,
               torch::Device device,
               const std::array<double, 2>& snr_db,
               const RunnerOptions& options = {});
    ~RoleRunner();
    RoleRunner(RoleRunner&&) noexcept;

    /*! Run the net. An image of a codec of P parts comes out of the encoder as P rows, in
     *  their order; into the decoder goes one row with what has come of the first parts.
     *  Where the codec needs feedback, only the part behind FrameBatch::feedback comes
     *  out, one row for each image.
     *  \throws ConfigError for frames that the net cannot take, with the reason */
    FrameBatch run(FrameBatch batch);

    //! Whether what comes out may depend on frames of earlier batches: see ClipNet.
    bool remembers() const;
    //! The next frame follows none.
    void begin_clip();

    //! Es/N0 in dB that a codec is told instead of what the frames say.
    void set_snr_hint(std::optional<double> snr_db) { d_snr_hint = snr_db; }

    /*! Groups that every image is sent in, of a codec of variable rate; 0: its encoder
     *  decides.
     *  \throws ConfigError for a number that the codec has not */
    void set_rate_groups(int64_t groups);
    //! \throws ConfigError as set_rate_groups()
    void check_rate_groups(int64_t groups) const;

    /*! Shape of run()'s images for images of shape \p shape, of encrypt.
     *  \throws ConfigError */
    ImageShape output_shape(const ImageShape& shape) const;
    /*! Codec::symbol_counts() of images of shape \p shape, padding included.
     *  \throws ConfigError */
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const;

    Role role() const { return d_role; }
    const Cipher& cipher() const;
    const Codec& codec() const;
    //! The net; of a keyring, the first member's.
    const RoleNet& net() const;
    torch::Device device() const { return d_device; }
    //! Heights and widths that need no padding are multiples of it.
    int64_t multiple() const;
    //! Of the model that the provider runs; zeros for a net in memory.
    Fingerprint fingerprint() const { return d_fingerprint; }

private:
    struct Member;
    class Keys;
    //! What a role does around its net.
    using Step = FrameBatch (RoleRunner::*)(Member&, FrameBatch);
    static Step step_of(Role role);

    FrameBatch encrypt(Member& member, FrameBatch batch);
    FrameBatch encode(Member& member, FrameBatch batch);
    FrameBatch decode(Member& member, FrameBatch batch);
    FrameBatch decrypt(Member& member, FrameBatch batch);
    torch::Tensor told_snr(const Member& member, const FrameBatch& batch);
    torch::Tensor result(const torch::Tensor& tensor) const;

    Role d_role;
    Step d_step;
    torch::Device d_device;
    RunnerOptions d_options;
    std::vector<Member> d_members;
    std::unique_ptr<Keys> d_keys; //!< null without a key
    Fingerprint d_fingerprint{};
    std::optional<double> d_snr_hint;
    int64_t d_rate_groups = 0;
    bool d_assumed_snr = false;
};

/*! A batch of images with the facts that follow from them, numbered from \p first_id.
 *  \param images  N x C x H x W float32 */
FrameBatch image_batch(torch::Tensor images, int64_t first_id = 0);

} // namespace djescc
