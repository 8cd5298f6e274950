/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Encrypts pictures and measures statistics, changes of key and pixel, damage and a
// known-plaintext attack.

#include "security/security.h"

#include "security/pictures.h"
#include "subject/cipher_subject.h"
#include "text_table.h"
#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <chrono>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/image/padding.h>
#include <djescc/metrics/quality.h>
#include <djescc/metrics/randomness.h>
#include <djescc/metrics/visual_security.h>
#include <filesystem>
#include <torch/utils.h>

namespace {

using nlohmann::json;
using torch::Tensor;

constexpr std::array<int64_t, 3> square_sides{ 30, 50, 100 };
constexpr std::array<double, 4> occlusions{ 0.05, 0.10, 0.15, 0.20 };
constexpr std::array<double, 2> noises{ 0.01, 0.10 };

std::string percent_text(double share) { return format_number(100 * share, 0) + " %"; }

json quality_of(const Tensor& images, const Tensor& plain)
{
    return { { "psnr_db", djescc::psnr(images, plain).item<double>() },
             { "ssim", djescc::ssim(images, plain).item<double>() } };
}

//! How much of the plain image eyes see; null for images of another shape.
json visible_of(const std::string& what, const Tensor& images, const Tensor& plain)
{
    json figures = { { "of", what },
                     { "psnr_db", nullptr },
                     { "ssim", nullptr },
                     { "visual_security", nullptr } };
    if (images.sizes() != plain.sizes())
        return figures;
    figures.update(quality_of(images, plain));
    figures["visual_security"] = djescc::visual_security(images, plain).item<double>();
    return figures;
}

std::string caption_of(const std::string& what, const json& quality)
{
    const double psnr_db = quality["psnr_db"];
    return what + "\n" +
           (std::isinf(psnr_db) ? "identical" : format_number(psnr_db, 2) + " dB");
}

json statistics_of(const std::string& what,
                   const Tensor& image,
                   djescc::Quantiser quantiser)
{
    const auto levels = djescc::quantise(image, quantiser);
    const auto test = djescc::chi_square_uniform(levels);
    return { { "of", what },
             { "quantiser", djescc::describe(quantiser) },
             { "entropy", djescc::entropy(levels) },
             { "chi_square", test.statistic },
             { "probability", test.probability } };
}

//! One row for each quantiser, and one without any.
void add_differences(json& rows,
                     const std::string& change,
                     const Tensor& a,
                     const Tensor& b,
                     double significance)
{
    const auto bounds = djescc::difference_bounds(a.numel(), significance);
    for (const auto quantiser :
         { djescc::Quantiser::full_range, djescc::Quantiser::stretched }) {
        const auto first = djescc::quantise(a, quantiser, a),
                   second = djescc::quantise(b, quantiser, a);
        const double changed = djescc::npcr(first, second),
                     intensity = djescc::uaci(first, second);
        rows.push_back(
            { { "change", change },
              { "quantiser", djescc::describe(quantiser) },
              { "npcr", changed },
              { "npcr_pass", changed > bounds.smallest_npcr },
              { "uaci", intensity },
              { "uaci_pass",
                intensity > bounds.smallest_uaci && intensity < bounds.largest_uaci } });
    }
    rows.push_back({ { "change", change },
                     { "quantiser", "none" },
                     { "npcr", djescc::npcr(a, b) },
                     { "npcr_pass", nullptr },
                     { "uaci", djescc::uaci(a, b, 1.0) },
                     { "uaci_pass", nullptr } });
}

double milliseconds_of(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return 1e3 * std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
                     .count();
}

//! Measures one image under one subject.
class Measurement
{
public:
    Measurement(const SecurityOptions& options,
                const CipherSubject& subject,
                const std::string& name,
                const Tensor& plain)
        : d_options(options), d_subject(subject), d_plain(plain)
    {
        d_result.name = name;
        d_result.plain = plain[0];
        json& figures = d_result.figures;
        figures["image"] = name;
        figures["encrypt_ms"] =
            milliseconds_of([&] { d_frames = subject.encrypt(plain); });
        d_protected = d_frames.values;
        figures["decrypt_ms"] =
            milliseconds_of([&] { d_decrypted = decrypt(d_protected); });
        figures["decrypted"] = quality_of(d_decrypted, plain);
        d_result.protected_image = d_protected[0];
        d_result.decrypted = d_decrypted[0];
        if (options.snr_db)
            d_decoded = subject
                            .transmit(d_frames,
                                      *options.snr_db,
                                      at::detail::createCPUGenerator(options.seed))
                            .values;
        figures["visible"] = { visible_of("cipher", d_protected, plain) };
        if (d_decoded.defined()) {
            figures["visible"].push_back(visible_of("decoded", d_decoded, plain));
            figures["visible"].push_back(
                visible_of("received", decrypt(d_decoded), plain));
        }
        figures["visible"].push_back(visible_of("decrypted", d_decrypted, plain));
    }

    void statistics()
    {
        using djescc::Quantiser;
        d_result.figures["statistics"] = {
            statistics_of("plain", d_plain, Quantiser::full_range),
            statistics_of("cipher", d_protected, Quantiser::full_range),
            statistics_of("cipher", d_protected, Quantiser::stretched)
        };
        if (d_decoded.defined())
            for (const auto quantiser : { Quantiser::full_range, Quantiser::stretched })
                d_result.figures["statistics"].push_back(
                    statistics_of("decoded", d_decoded, quantiser));
        for (const auto direction : djescc::all_directions) {
            const auto of = [&](const Tensor& image) {
                return djescc::correlation(djescc::adjacent_pairs(
                    image[0], direction, d_options.pairs, d_options.seed));
            };
            json& correlation = d_result.figures["correlation"][to_string(direction)];
            correlation["plain"] = of(d_plain);
            correlation["cipher"] = of(d_protected);
            if (d_decoded.defined())
                correlation["decoded"] = of(d_decoded);
        }
    }

    //! One pixel changed by one level, and 1 % of them to other levels.
    void changed_pixels()
    {
        auto changed = d_plain.clone();
        auto values = changed.view({ -1 });
        auto generator = at::detail::createCPUGenerator(d_options.seed);
        auto value =
            values[torch::randint(values.numel(), { 1 }, generator).item<int64_t>()];
        constexpr double level = 1.0 / 255;
        value.add_(value.item<double>() > 0.5 ? -level : level);
        add_differences(d_result.figures["differences"],
                        "one pixel by one level",
                        d_protected,
                        d_subject.encrypt(changed).values,
                        d_options.significance);
        auto many = d_plain.clone().view({ -1 });
        const auto places = torch::randperm(many.numel(), generator, torch::kInt64)
                                .slice(0, 0, std::max<int64_t>(1, many.numel() / 100));
        many.index_copy_(
            0,
            places,
            torch::randint(256, places.sizes(), generator).to(torch::kFloat32) / 255);
        add_differences(d_result.figures["differences"],
                        "1 % of the pixels",
                        d_protected,
                        d_subject.encrypt(many.view(d_plain.sizes())).values,
                        d_options.significance);
    }

    void changed_keys()
    {
        json& figures = d_result.figures;
        figures["key_sensitivity"] = json::array();
        const auto changes = d_subject.cipher().key_changes();
        for (std::size_t i = 0; i < changes.size(); ++i) {
            add_differences(figures["differences"],
                            changes[i],
                            d_protected,
                            d_subject.encrypt(d_plain, i).values,
                            d_options.significance);
            const auto wrong = d_subject.decrypt(d_protected, d_frames, i);
            auto quality = quality_of(wrong, d_plain);
            d_result.wrong_keys.push_back(
                { caption_of(changes[i] + " off", quality), wrong[0] });
            quality["change"] = changes[i];
            figures["key_sensitivity"].push_back(quality);
        }
    }

    void occlusion()
    {
        d_result.figures["occlusion"] = json::array();
        for (const double share : occlusions) {
            const auto damaged = djescc::occlude(d_protected, share, 0.5, 0.5);
            damage("occlusion",
                   share,
                   damaged,
                   percent_text(share) + " lost",
                   d_result.occluded);
        }
    }

    void noise()
    {
        d_result.figures["noise"] = json::array();
        for (const double share : noises) {
            const auto damaged =
                djescc::salt_and_pepper(d_protected, share, d_options.seed);
            damage("noise",
                   share,
                   damaged,
                   percent_text(share) + " salt and pepper",
                   d_result.noisy);
        }
    }

    //! Centred squares of so many pixels, black or white; and Gaussian noise.
    void squares_and_gaussian_noise()
    {
        json& rows = d_result.figures["attacks"] = json::array();
        const int64_t height = d_protected.size(2), width = d_protected.size(3);
        const auto attack = [&](const std::string& name, const Tensor& damaged) {
            const auto back = decrypt(damaged);
            auto quality = quality_of(back, d_plain);
            d_result.damaged.push_back(
                { { name, damaged[0] }, { caption_of("decrypted", quality), back[0] } });
            quality["attack"] = name;
            rows.push_back(quality);
        };
        for (const int64_t side : square_sides) {
            if (side > std::min(height, width))
                break;
            for (const bool white : { false, true }) {
                auto damaged = d_protected.clone();
                damaged.narrow(2, (height - side) / 2, side)
                    .narrow(3, (width - side) / 2, side)
                    .fill_(white ? 1 : 0);
                const auto size = std::to_string(side);
                attack(size + "x" + size + (white ? " white" : " black"), damaged);
            }
        }
        for (const double deviation : noises) {
            auto generator = at::detail::createCPUGenerator(d_options.seed);
            const auto noise =
                torch::randn(d_protected.sizes(), generator, torch::kFloat32);
            attack(percent_text(deviation) + " Gaussian",
                   (d_protected + deviation * noise).clamp(0, 1));
        }
    }

    void known_plaintext(const Tensor& known)
    {
        json& figures = d_result.figures["known_plaintext"];
        if (!known.defined())
            return;
        const auto seen = d_subject.cipher().known_plaintext_attack(
            known, d_subject.encrypt(known).values, d_protected);
        if (!seen)
            return;
        figures = quality_of(*seen, d_plain);
        figures["known_images"] = known.size(0);
        d_result.attacked = { caption_of("attacker, " + std::to_string(known.size(0)) +
                                             " known images",
                                         figures),
                              (*seen)[0] };
    }

    ImageSecurity result() const { return d_result; }

private:
    Tensor decrypt(const Tensor& images) const
    {
        return d_subject.decrypt(images, d_frames);
    }

    template <typename Pictures>
    void damage(const std::string& attack,
                double share,
                const Tensor& damaged,
                const std::string& caption,
                Pictures& pictures)
    {
        const auto back = decrypt(damaged);
        auto quality = quality_of(back, d_plain);
        pictures.push_back(
            { { caption, damaged[0] }, { caption_of("decrypted", quality), back[0] } });
        quality["share"] = share;
        d_result.figures[attack].push_back(quality);
    }

    const SecurityOptions& d_options;
    const CipherSubject& d_subject;
    djescc::FrameBatch d_frames;              //!< the protected image with its facts
    Tensor d_plain, d_protected, d_decrypted; //!< 1 x C x H x W
    Tensor d_decoded;                         //!< undefined: nothing is sent
    ImageSecurity d_result;
};

//! What the attacker of image \p victim knows.
Tensor
known_images(const Tensor& given, const std::vector<Tensor>& images, std::size_t victim)
{
    if (given.defined())
        return given;
    std::vector<Tensor> others;
    for (std::size_t i = 0; i < images.size(); ++i)
        if (i != victim)
            others.push_back(images[i]);
    return others.empty() ? Tensor() : torch::cat(others);
}

} // namespace

json SecurityRun::to_json() const
{
    auto list = json::array();
    for (const auto& image : images)
        list.push_back(image.figures);
    const int64_t values = images.empty() ? 0 : images.front().protected_image.numel();
    json bounds;
    if (values > 0) {
        const auto wanted = djescc::difference_bounds(values, significance);
        bounds = { { "values", values },
                   { "significance", significance },
                   { "npcr_above", wanted.smallest_npcr },
                   { "uaci_between", { wanted.smallest_uaci, wanted.largest_uaci } } };
    }
    const json snr = snr_db ? json(*snr_db) : json();
    return { { "cipher", cipher },     { "key_bits", key_bits }, { "size", size },
             { "channels", channels }, { "pairs", pairs },       { "bounds", bounds },
             { "known", known },       { "snr_db", snr },        { "images", list } };
}

SecurityRun measure_security(const SecurityOptions& options)
{
    SubjectOptions wanted;
    wanted.model = options.model;
    wanted.cipher = options.cipher;
    wanted.key = options.key;
    wanted.needs_provider = options.snr_db && !options.model.empty();
    wanted.uses_provider = wanted.needs_provider;
    wanted.device = options.device;
    const CipherSubject subject(wanted);
    const int64_t size = djescc::round_up(options.size, subject.multiple());
    const int64_t channels =
        options.channels > 0 ? options.channels : subject.cipher().usual_channels();
    const auto files = djescc::list_images(options.images);
    std::vector<Tensor> images;
    images.reserve(files.size());
    for (const auto& file : files)
        images.push_back(square_picture(file, channels, size));
    const Tensor known =
        options.known.empty() ? Tensor() : picture_tiles(options.known, channels, size);

    SecurityRun run;
    run.cipher = subject.cipher().config();
    run.cipher_type = subject.cipher().type();
    run.paper = subject.cipher().paper();
    run.key_bits = subject.cipher().key_bits();
    run.size = images.front().size(2);
    run.channels = images.front().size(1);
    run.pairs = options.pairs;
    run.significance = options.significance;
    run.snr_db = options.snr_db;
    run.known = options.known.empty()
                    ? "the other " + std::to_string(files.size() - 1) + " images"
                    : std::to_string(known.size(0)) + " tiles of other pictures";
    constexpr double steps = 6;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string name = std::filesystem::path(files[i]).stem().string();
        double step = 0;
        const auto report = [&](const std::string& what) {
            if (options.progress)
                options.progress((static_cast<double>(i) + step++ / steps) /
                                     static_cast<double>(files.size()),
                                 name + ", " + what);
        };
        report("decryption");
        Measurement measurement(options, subject, name, images[i]);
        report("statistics");
        measurement.statistics();
        measurement.changed_pixels();
        report("changed keys");
        measurement.changed_keys();
        report("occlusion");
        measurement.occlusion();
        report("noise");
        measurement.noise();
        measurement.squares_and_gaussian_noise();
        report("known plaintext");
        measurement.known_plaintext(known_images(known, images, i));
        run.images.push_back(measurement.result());
    }
    return run;
}
