/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Builds the chain of GNU Radio blocks for one SNR, runs it, and gathers results by
// frame.

#include "simulation/simulation.h"

#include "snr_list.h"
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <filesystem>

std::string simulation_output(const std::string& output, double snr_db)
{
    const std::filesystem::path path(output);
    if (!djescc::is_video_file(output))
        return (path / snr_folder(snr_db)).string();
    return (path.parent_path() /
            (path.stem().string() + "-" + snr_folder(snr_db) + path.extension().string()))
        .string();
}

#ifdef DJESCC_HAVE_GNURADIO

#include "simulation/frame_collector.h"
#include "simulation/message_collector.h"
#include "simulation/part_filter.h"
#include <chrono>
#include <djescc/image/video.h>
#include <djescc/model/keyring.h>
#include <djescc/runtime/key_use.h>
#include <future>
#include <gnuradio/blocks/null_sink.h>
#include <gnuradio/djescc/awgn_channel.h>
#include <gnuradio/djescc/image_decryptor.h>
#include <gnuradio/djescc/image_encryptor.h>
#include <gnuradio/djescc/image_sink.h>
#include <gnuradio/djescc/image_source.h>
#include <gnuradio/djescc/jscc_decoder.h>
#include <gnuradio/djescc/jscc_encoder.h>
#include <gnuradio/djescc/quality_probe.h>
#include <gnuradio/top_block.h>

namespace {

constexpr std::chrono::milliseconds poll_interval{ 50 };
// Seconds. Feedback is lost with a part alone, but a slow decoder may be busy with
// another picture.
constexpr double feedback_timeout = 120, feedback_timeout_with_losses = 5;

//! False for ciphers whose protected images cannot be laid over the plain ones.
bool keeps_shape(const djescc::Model& model)
{
    const djescc::ImageShape plain{ 3, model.multiple(), model.multiple() };
    return model.cipher().protected_shape(plain) == plain;
}

constexpr double usual_frame_rate = 25;

//! Of what is sent, for the video that is received.
double frame_rate_of(const std::string& input)
{
    if (!djescc::is_video_file(input))
        return usual_frame_rate;
    const double rate = djescc::VideoReader(input).frame_rate();
    return rate > 0 ? rate : usual_frame_rate;
}

//! The blocks of one run, connected.
class Flowgraph
{
public:
    Flowgraph(const SimulationOptions& options, double snr_db);

    //! Runs to the end or until somebody asks to stop; true when it was stopped.
    bool run(const SimulationOptions& options);
    //! Call it once, after run().
    SimulationRun results(double snr_db);

private:
    using Qualities = std::map<int64_t, Quality>;

    //! Compares what \p judged sends with the plain pictures.
    std::shared_ptr<MessageCollector> add_probe(const gr::basic_block_sptr& judged);
    std::shared_ptr<FrameCollector> add_collector(const gr::basic_block_sptr& from,
                                                  std::size_t item_size,
                                                  const SimulationOptions& options);
    //! Of no messages where there is no probe.
    static Qualities qualities(const std::shared_ptr<MessageCollector>& messages);
    void add_drops(SimulationRun& run) const;

    gr::top_block_sptr d_top;
    gr::djescc::image_source::sptr d_source;
    gr::djescc::image_encryptor::sptr d_encryptor;
    gr::djescc::jscc_encoder::sptr d_encoder;
    gr::djescc::awgn_channel::sptr d_channel;
    std::shared_ptr<PartFilter> d_filter; //!< none where all parts arrive
    gr::djescc::jscc_decoder::sptr d_decoder;
    gr::djescc::image_decryptor::sptr d_decryptor;
    gr::djescc::image_sink::sptr d_sink; //!< none where nothing is to be written
    //! No probes of protected images that have another shape than the plain ones.
    std::shared_ptr<MessageCollector> d_protected_quality, d_decoded_quality;
    std::shared_ptr<MessageCollector> d_decrypted_quality;
    std::shared_ptr<FrameCollector> d_plain, d_protected, d_symbols, d_decoded,
        d_decrypted;
    int d_channels = 3; //!< of the plain pictures
    double d_seconds = 0;
};

Flowgraph::Flowgraph(const SimulationOptions& options, double snr_db)
    : d_top(gr::make_top_block("simulate"))
{
    using namespace gr::djescc;
    const std::string codec_model =
        options.keyring.empty() ? options.model
                                : djescc::Keyring(options.keyring).codec_directory();
    const djescc::Model model(codec_model);
    if (options.parts > model.codec().parts())
        throw djescc::ConfigError("codec " + model.codec().type() + " sends in " +
                                  std::to_string(model.codec().parts()) +
                                  " part(s), so " + std::to_string(options.parts) +
                                  " cannot arrive");
    const auto channels = static_cast<int>(model.codec().channels());
    const auto make = [&](auto make_block, const std::string& key_file) {
        return make_block(
            codec_model, options.device, options.threads, options.max_batch, key_file);
    };
    const auto key =
        djescc::key_use({ options.model, options.keyring, options.picture_key });
    const auto recipient_key =
        options.recipient_key.empty()
            ? key
            : djescc::key_use({ options.model, options.keyring, options.recipient_key });
    const auto make_keyed = [&](auto make_block, const std::string& key_file) {
        return make_block(options.model,
                          options.device,
                          options.threads,
                          options.max_batch,
                          options.keyring,
                          key_file);
    };
    d_channels = channels == 1 ? 1 : 3;
    d_source = image_source::make(options.input, false, 0.0, d_channels, options.limit);
    d_encryptor = make_keyed(image_encryptor::make, key.cipher);
    d_encoder = make(jscc_encoder::make, key.codec);
    d_channel = awgn_channel::make(snr_db, options.seed);
    d_decoder = make(jscc_decoder::make, recipient_key.codec);
    // The channel tells the decoder through the frames' tags.
    d_encoder->set_snr_hint(options.snr_hint_db.value_or(snr_db));
    d_encoder->set_rate_groups(options.rate_groups);
    if (options.snr_hint_db)
        d_decoder->set_snr_hint(*options.snr_hint_db);
    d_decryptor = make_keyed(image_decryptor::make, recipient_key.cipher);
    d_top->connect(d_source, 0, d_encryptor, 0);
    d_top->connect(d_encryptor, 0, d_encoder, 0);
    d_top->connect(d_encoder, 0, d_channel, 0);
    if (options.parts > 0 && model.codec().parts() > 1) {
        d_filter = PartFilter::make(options.parts);
        d_top->connect(d_channel, 0, d_filter, 0);
        d_top->connect(d_filter, 0, d_decoder, 0);
    } else {
        d_top->connect(d_channel, 0, d_decoder, 0);
    }
    d_top->connect(d_decoder, 0, d_decryptor, 0);
    if (model.codec().needs().feedback) {
        d_top->msg_connect(d_decoder, "feedback", d_encoder, "feedback");
        const bool some_lost = options.parts > 0 && options.parts < model.codec().parts();
        d_encoder->set_feedback_timeout(some_lost ? feedback_timeout_with_losses
                                                  : feedback_timeout);
        if (options.feedback_snr_db)
            d_decoder->set_feedback_snr(*options.feedback_snr_db,
                                        options.seed + 1); // not the channel's noise
    }
    if (!options.output.empty()) {
        d_sink = image_sink::make(simulation_output(options.output, snr_db),
                                  "png",
                                  frame_rate_of(options.input));
        d_top->connect(d_decryptor, 0, d_sink, 0);
    }
    if (keeps_shape(model)) {
        d_protected_quality = add_probe(d_encryptor);
        d_decoded_quality = add_probe(d_decoder);
    }
    d_decrypted_quality = add_probe(d_decryptor);
    d_plain = add_collector(d_source, sizeof(float), options);
    d_protected = add_collector(d_encryptor, sizeof(float), options);
    d_symbols = d_filter ? add_collector(d_filter, sizeof(gr_complex), options)
                         : add_collector(d_encoder, sizeof(gr_complex), options);
    d_decoded = add_collector(d_decoder, sizeof(float), options);
    d_decrypted = add_collector(d_decryptor, sizeof(float), options);
}

std::shared_ptr<MessageCollector> Flowgraph::add_probe(const gr::basic_block_sptr& judged)
{
    auto probe = gr::djescc::quality_probe::make(false);
    auto collector = MessageCollector::make();
    d_top->connect(d_source, 0, probe, 0);
    d_top->connect(judged, 0, probe, 1);
    d_top->msg_connect(probe, "quality", collector, "in");
    return collector;
}

std::shared_ptr<FrameCollector> Flowgraph::add_collector(const gr::basic_block_sptr& from,
                                                         std::size_t item_size,
                                                         const SimulationOptions& options)
{
    const bool images = item_size == sizeof(float);
    auto collector = FrameCollector::make(
        item_size, images ? options.kept_images : 0, options.kept_side);
    d_top->connect(from, 0, collector, 0);
    return collector;
}

bool Flowgraph::run(const SimulationOptions& options)
{
    const auto start = std::chrono::steady_clock::now();
    d_top->start();
    auto end = std::async(std::launch::async, [this] { d_top->wait(); });
    bool stopped = false;
    while (end.wait_for(poll_interval) != std::future_status::ready) {
        if (options.progress)
            options.progress(static_cast<int64_t>(d_source->frames_out()));
        if (!stopped && options.stop_requested && options.stop_requested()) {
            stopped = true;
            d_top->stop();
        }
    }
    end.get();
    d_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return stopped;
}

Flowgraph::Qualities
Flowgraph::qualities(const std::shared_ptr<MessageCollector>& messages)
{
    Qualities result;
    if (messages == nullptr)
        return result;
    for (const auto& message : messages->take()) {
        const auto figure = [&](const char* key) {
            return pmt::to_double(pmt::dict_ref(message, pmt::mp(key), pmt::PMT_NIL));
        };
        const auto id = pmt::to_long(pmt::dict_ref(message, pmt::mp("id"), pmt::PMT_NIL));
        result[id] = { figure("psnr_db"), figure("ssim") };
    }
    return result;
}

void Flowgraph::add_drops(SimulationRun& run) const
{
    const auto add = [&](const std::string& block, const auto& counters) {
        for (const auto& [name, count] : counters)
            if (name.compare(0, 8, "dropped:") == 0)
                run.drops.push_back(block + ", " + name + ": " + std::to_string(count));
    };
    add("image_source", d_source->counters());
    add("image_encryptor", d_encryptor->counters());
    add("jscc_encoder", d_encoder->counters());
    add("jscc_decoder", d_decoder->counters());
    add("image_decryptor", d_decryptor->counters());
    if (d_sink)
        add("image_sink", d_sink->counters());
}

SimulationRun Flowgraph::results(double snr_db)
{
    SimulationRun run;
    const auto protected_quality = qualities(d_protected_quality);
    const auto decoded_quality = qualities(d_decoded_quality);
    const auto decrypted_quality = qualities(d_decrypted_quality);
    const auto of = [](const Qualities& list, int64_t id) {
        const auto found = list.find(id);
        return found == list.end() ? Quality() : found->second;
    };
    double all_pixels = 0;
    // A frame counts when it reached the recipient.
    for (const auto& [id, arrived] : d_decrypted->frames()) {
        FrameResult frame;
        frame.id = id;
        frame.image = arrived.name;
        frame.snr_db = snr_db;
        frame.decrypted = of(decrypted_quality, id);
        frame.protected_ = of(protected_quality, id);
        frame.decoded = of(decoded_quality, id);
        frame.outage = arrived.outage;
        frame.symbols = d_symbols->frames().at(id).item_count;
        frame.pixels = d_plain->frames().at(id).item_count;
        frame.channel_uses_per_pixel = static_cast<double>(frame.symbols) * d_channels /
                                       static_cast<double>(frame.pixels);
        all_pixels += static_cast<double>(frame.pixels);
        run.frames.push_back(frame);
        if (arrived.image.defined())
            run.images[id] = { d_plain->frames().at(id).image,
                               d_protected->frames().at(id).image,
                               d_decoded->frames().at(id).image,
                               arrived.image };
    }
    for (auto& frame : run.frames)
        frame.seconds = d_seconds * static_cast<double>(frame.pixels) / all_pixels;
    add_drops(run);
    return run;
}

} // namespace

SimulationRun run_simulation(const SimulationOptions& options, double snr_db)
{
    Flowgraph flowgraph(options, snr_db);
    const bool stopped = flowgraph.run(options);
    if (stopped) {
        SimulationRun run;
        run.stopped = true;
        return run;
    }
    return flowgraph.results(snr_db);
}

#else

SimulationRun run_simulation(const SimulationOptions&, double)
{
    throw djescc::Error(
        "simulate runs GNU Radio's blocks, and this djescc was built "
        "without GNU Radio: build it with -DENABLE_GNURADIO=ON (package "
        "gnuradio-dev)");
}

#endif
