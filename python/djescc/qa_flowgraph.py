#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of blocks from Python: frames, tags, counters, messages and quality."""

import math
import os
import tempfile
import unittest

import numpy
import pmt
from chain_fixture import (
    frames_of,
    make_classifier,
    make_model,
    make_picture,
    message_recorder,
    run_to_end,
    write_pictures,
    write_ppm,
)
from gnuradio import blocks, djescc, gr

# The last one is of no multiple that the codec asks for, so it is padded and cropped.
SIZES = [(32, 48), (32, 48), (32, 48), (30, 41)]


class chain:
    """image_source to image_decryptor, with sinks to look at the symbols and the result."""

    def __init__(self, model, pictures, snr_db, seed=1, max_batch=8, **source_arguments):
        net = {"model": model, "device": "cpu", "max_batch": max_batch}
        self.top = gr.top_block()
        self.source = djescc.image_source(input=pictures, **source_arguments)
        self.encryptor = djescc.image_encryptor(**net)
        self.encoder = djescc.jscc_encoder(**net)
        self.channel = djescc.awgn_channel(snr_db=snr_db, seed=seed)
        self.decoder = djescc.jscc_decoder(**net)
        self.decryptor = djescc.image_decryptor(**net)
        self.probe = djescc.quality_probe()
        self.symbols = blocks.vector_sink_c()
        self.images = blocks.vector_sink_f()
        self.psnr = blocks.vector_sink_f()
        self.ssim = blocks.vector_sink_f()
        self.quality = message_recorder()
        self.top.connect(
            self.source,
            self.encryptor,
            self.encoder,
            self.channel,
            self.decoder,
            self.decryptor,
            self.images,
        )
        self.top.connect(self.encoder, self.symbols)
        self.top.connect(self.source, (self.probe, 0))
        self.top.connect(self.decryptor, (self.probe, 1))
        self.top.connect((self.probe, 0), self.psnr)
        self.top.connect((self.probe, 1), self.ssim)
        self.top.msg_connect(self.probe, "quality", self.quality, "in")

    def run(self):
        run_to_end(self.top)
        return self


class qa_flowgraph(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.model = make_model(cls.folder.name)
        cls.pictures = os.path.join(cls.folder.name, "pictures")
        cls.plain = write_pictures(cls.pictures, SIZES)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_frames_keep_shape_name_and_order(self):
        run = chain(self.model, self.pictures, snr_db=20.0).run()
        frames = frames_of(run.images)
        self.assertEqual(len(frames), len(SIZES))
        for number, (info, items) in enumerate(frames):
            self.assertEqual((info["height"], info["width"]), SIZES[number])
            self.assertEqual(info["channels"], 3)
            self.assertEqual(info["id"], number)
            self.assertEqual(info["name"], str(number))
            self.assertEqual(len(items), self.plain[number].size)
            self.assertTrue(0.0 <= items.min() and items.max() <= 1.0)
        for block in (run.encryptor, run.encoder, run.decoder, run.decryptor):
            self.assertEqual(block.frames_in(), len(SIZES))
            self.assertEqual(block.frames_out(), len(SIZES))
            self.assertEqual(block.dropped_total(), 0)
            self.assertGreaterEqual(block.counters()["batches"], 2)  # two shapes
            self.assertGreater(block.inference_seconds(), 0.0)
        self.assertEqual(run.source.counters(), {"frames_out": len(SIZES)})

    def test_symbols_have_power_one_and_the_models_name(self):
        run = chain(self.model, self.pictures, snr_db=math.inf).run()
        frames = frames_of(run.symbols)
        self.assertEqual(len(frames), len(SIZES))
        for info, symbols in frames:
            self.assertAlmostEqual(float(numpy.mean(numpy.abs(symbols) ** 2)), 1.0, places=4)
            self.assertRegex(info["model"], "^[0-9a-f]{16}$")
        # k = H/4 * W/4 * t/2 with t = 16
        self.assertEqual(len(frames[0][1]), 32 // 4 * 48 // 4 * 8)

    def test_quality_follows_the_snr_and_is_reported_three_ways(self):
        means = []
        for snr_db in (-10.0, 0.0, 20.0):
            run = chain(self.model, self.pictures, snr_db=snr_db).run()
            self.assertEqual(run.probe.matched(), len(SIZES))
            self.assertEqual(run.probe.dropped(), 0)
            psnr, ssim = run.psnr.data(), run.ssim.data()
            self.assertEqual(len(psnr), len(SIZES))
            messages = run.quality.messages
            self.assertEqual([m["id"] for m in messages], list(range(len(SIZES))))
            self.assertEqual([m["name"] for m in messages], ["0", "1", "2", "3"])
            numpy.testing.assert_allclose([m["psnr_db"] for m in messages], psnr, rtol=1e-5)
            numpy.testing.assert_allclose([m["ssim"] for m in messages], ssim, rtol=1e-4)
            # The probe's figure is the definition's: 8-bit rounded images, MAX = 255.
            for number, (_, items) in enumerate(frames_of(run.images)):
                error = numpy.rint(items * 255.0) - self.plain[number].ravel()
                expected = 10.0 * math.log10(255.0**2 / numpy.mean(error**2))
                self.assertAlmostEqual(psnr[number], expected, places=2)
            self.assertAlmostEqual(run.probe.mean_psnr(), numpy.mean(psnr), places=3)
            self.assertAlmostEqual(run.probe.mean_ssim(), numpy.mean(ssim), places=3)
            self.assertAlmostEqual(run.probe.last_psnr(), psnr[-1], places=3)
            self.assertAlmostEqual(run.probe.last_ssim(), ssim[-1], places=3)
            means.append(run.probe.mean_psnr())
        # An untrained codec has its own distortion, but noise must show, and only noise.
        self.assertGreater(means[1], means[0] + 1.0)
        self.assertGreater(means[2], means[1] + 1.0)

    def test_one_seed_one_result(self):
        def images(**arguments):
            return chain(self.model, self.pictures, snr_db=5.0, **arguments).run().images.data()

        first = images(seed=3, max_batch=1)
        self.assertEqual(first, images(seed=3, max_batch=1))
        self.assertNotEqual(first, images(seed=4, max_batch=1))
        # How many frames share a batch depends on timing, and the last bits on the batch.
        numpy.testing.assert_allclose(first, images(seed=3), rtol=0, atol=1e-4)

    def test_protected_chain_runs_and_one_role_reads_only_its_file(self):
        model = make_model(self.folder.name, cipher="unet")
        for role in ("encrypt", "encode", "decode", "decrypt"):
            self.assertTrue(os.path.exists(os.path.join(model, f"{role}.safetensors")))
        run = chain(model, self.pictures, snr_db=10.0).run()
        self.assertEqual(run.probe.matched(), len(SIZES))
        os.remove(os.path.join(model, "encrypt.safetensors"))
        djescc.jscc_encoder(model=model, device="cpu")
        with self.assertRaisesRegex(djescc.ModelError, "encrypt.safetensors"):
            djescc.image_encryptor(model=model, device="cpu")

    def test_another_models_symbols_are_dropped_and_counted(self):
        other = make_model(self.folder.name, cipher="unet", seed=7)
        sender = chain(self.model, self.pictures, snr_db=20.0)
        stranger = djescc.jscc_decoder(model=other, device="cpu")
        sender.top.connect(sender.channel, stranger, blocks.null_sink(gr.sizeof_float))
        sender.run()
        self.assertEqual(stranger.frames_out(), 0)
        self.assertEqual(stranger.dropped("foreign model"), len(SIZES))
        self.assertEqual(stranger.counters()["dropped: foreign model"], len(SIZES))

    def test_snr_message_and_setter(self):
        channel = djescc.awgn_channel(snr_db=math.inf)
        top = gr.top_block()
        sink = blocks.vector_sink_c()
        top.connect(blocks.vector_source_c([1.0] * 20000), channel, sink)
        channel._post(pmt.intern("snr"), pmt.from_double(10.0))
        run_to_end(top)
        self.assertEqual(channel.snr_db(), 10.0)
        noise = numpy.array(sink.data()[-10000:]) - 1.0
        # The mean of 10,000 exponential variables strays by a hundredth.
        self.assertAlmostEqual(float(numpy.mean(numpy.abs(noise) ** 2)), 0.1, delta=0.006)

    def test_hints_are_checked(self):
        for make in (djescc.jscc_encoder, djescc.jscc_decoder):
            block = make(model=self.model, device="cpu")
            block.set_snr_hint(12.0)
            block.set_snr_hint(None)
            block.clear_snr_hint()
            with self.assertRaises(djescc.ConfigError):
                block.set_snr_hint(math.inf)

    def test_bad_arguments(self):
        with self.assertRaisesRegex(djescc.DeviceError, "abacus"):
            djescc.jscc_encoder(model=self.model, device="abacus")
        for arguments in ({"threads": -1}, {"max_batch": 0}, {"max_batch": 1025}):
            with self.assertRaises(djescc.ConfigError):
                djescc.jscc_encoder(model=self.model, device="cpu", **arguments)
        for arguments in ({"channels": 2}, {"frame_rate": -1.0}, {"max_frames": -1}):
            with self.assertRaises(djescc.ConfigError):
                djescc.image_source(input=self.pictures, **arguments)

    def test_classifier_labels_what_passes(self):
        classifier = djescc.image_classifier(
            classifier=make_classifier(self.folder.name), device="cpu"
        )
        self.assertEqual(classifier.classes(), ["ant", "bee", "cow"])
        labels, images = message_recorder(), blocks.vector_sink_f()
        top = gr.top_block()
        top.connect(djescc.image_source(input=self.pictures), classifier, images)
        top.msg_connect(classifier, "labels", labels, "in")
        run_to_end(top)
        frames = frames_of(images)
        self.assertEqual(len(frames), len(SIZES))
        self.assertEqual(len(labels.messages), len(SIZES))
        for number, ((info, items), message) in enumerate(zip(frames, labels.messages)):
            expected = self.plain[number].ravel() / 255.0
            numpy.testing.assert_allclose(items, expected, atol=1e-6)
            self.assertEqual((info["id"], info["name"]), (number, str(number)))
            probabilities = numpy.array(info["probabilities"])
            self.assertAlmostEqual(float(probabilities.sum()), 1.0, places=5)
            self.assertEqual(info["label"], int(probabilities.argmax()))
            self.assertEqual(info["class_name"], classifier.classes()[info["label"]])
            self.assertAlmostEqual(message["probability"], float(probabilities.max()), places=6)
            for key in ("id", "name", "label", "class_name"):
                self.assertEqual(message[key], info[key])
            self.assertEqual(list(message["probabilities"]), list(probabilities))
        self.assertEqual(classifier.frames_out(), len(SIZES))
        self.assertEqual(classifier.unlabelled(), 0)
        self.assertGreater(classifier.inference_seconds(), 0.0)
        self.assertGreaterEqual(classifier.counters()["batches"], 2)  # two shapes

    def test_names_of_the_classes_can_be_given(self):
        directory = make_classifier(self.folder.name, seed=2)
        named = djescc.image_classifier(directory, "cpu", classes=["a", "b", "c"])
        self.assertEqual(named.classes(), ["a", "b", "c"])
        with self.assertRaisesRegex(djescc.ConfigError, "3 names"):
            djescc.image_classifier(directory, "cpu", classes=["a", "b"])

    def test_sink_writes_what_the_source_reads(self):
        output = os.path.join(self.folder.name, "written")
        top = gr.top_block()
        source = djescc.image_source(input=self.pictures)
        sink = djescc.image_sink(output=output)
        top.connect(source, sink)
        run_to_end(top)
        self.assertEqual(sink.counters(), {"frames_in": 4, "written": 4})
        self.assertEqual(
            sorted(os.listdir(output)), [f"{n:06d}_{n}.png" for n in range(len(SIZES))]
        )
        top = gr.top_block()
        again = blocks.vector_sink_f()
        top.connect(djescc.image_source(input=output), again)
        run_to_end(top)
        expected = numpy.concatenate([picture.ravel() for picture in self.plain]) / 255.0
        numpy.testing.assert_allclose(again.data(), expected, atol=1e-6)

    def test_repeat_and_limit(self):
        run = chain(self.model, self.pictures, 20.0, repeat=True, max_frames=6).run()
        names = [info["name"] for info, _ in frames_of(run.images)]
        self.assertEqual(names, ["0", "1", "2", "3", "0", "1"])
        self.assertEqual(run.probe.matched(), 6)

    def test_unreadable_picture_is_left_out(self):
        folder = os.path.join(self.folder.name, "with-a-bad-one")
        os.makedirs(folder)
        write_ppm(os.path.join(folder, "a.ppm"), make_picture(16, 16, 0))
        with open(os.path.join(folder, "b.png"), "wb") as file:
            file.write(b"this is no picture")
        write_ppm(os.path.join(folder, "c.ppm"), make_picture(16, 16, 1))
        run = chain(self.model, folder, snr_db=20.0).run()
        self.assertEqual([info["name"] for info, _ in frames_of(run.images)], ["a", "c"])
        self.assertEqual(run.source.dropped(), 1)
        self.assertEqual(run.source.counters(), {"frames_out": 2, "dropped: unreadable": 1})


if __name__ == "__main__":
    unittest.main()
