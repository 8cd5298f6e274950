#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live picture shows whole frames as they are, and nothing else."""

import unittest

import numpy
import pmt
from chain_fixture import run_to_end
from gnuradio import blocks, gr
from gnuradio.djescc.image_view import image_view
from PyQt5 import QtGui, QtWidgets


def tag(offset, key, value):
    result = gr.tag_t()
    result.offset = offset
    result.key = pmt.intern(key)
    result.value = value
    return result


def frame_tags(offset, height, width, channels, length=None):
    frame = pmt.make_dict()
    for key, value in (("height", height), ("width", width), ("channels", channels)):
        frame = pmt.dict_add(frame, pmt.intern(key), pmt.from_long(value))
    length = height * width * channels if length is None else length
    return [tag(offset, "packet_len", pmt.from_long(length)), tag(offset, "frame", frame)]


class qa_image_view(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])

    def show(self, items, tags):
        top = gr.top_block()
        source = blocks.vector_source_f(items, False, 1, tags)
        view = image_view(title="Test")
        top.connect(source, view)
        run_to_end(top)
        self.application.processEvents()
        return view

    def assert_shows(self, view, levels):
        image = view.image().convertToFormat(QtGui.QImage.Format_RGB888)
        self.assertEqual((image.height(), image.width()), levels.shape[:2])
        for row in range(levels.shape[0]):
            for column in range(levels.shape[1]):
                shown = QtGui.QColor(image.pixel(column, row)).getRgb()[:3]
                self.assertEqual(shown, tuple(levels[row, column]))

    def test_colours_and_positions(self):
        levels = numpy.random.default_rng(1).integers(0, 256, (5, 7, 3))
        view = self.show(levels.ravel() / 255.0, frame_tags(0, 5, 7, 3))
        self.assertEqual(view.frames(), 1)
        self.assert_shows(view, levels)
        self.assertEqual(view.widget().title(), "Test")

    def test_luma_is_grey_and_range_is_clipped(self):
        items = numpy.array([-0.5, 0.0, 0.5, 1.0, 1.5, numpy.nan])
        grey = numpy.array([[0, 0, 128], [255, 255, 0]])
        view = self.show(items, frame_tags(0, 2, 3, 1))
        self.assert_shows(view, numpy.repeat(grey[..., None], 3, axis=2))

    def test_frame_larger_than_the_buffers_and_the_newest_wins(self):
        levels = numpy.random.default_rng(2).integers(0, 256, (2, 60, 400, 3))
        tags = frame_tags(0, 60, 400, 3) + frame_tags(72000, 60, 400, 3)
        view = self.show(levels.ravel() / 255.0, tags)
        self.assertEqual(view.frames(), 2)
        image = view.image().convertToFormat(QtGui.QImage.Format_RGB888)
        last = QtGui.QColor(image.pixel(399, 59)).getRgb()[:3]
        self.assertEqual(last, tuple(levels[1, 59, 399]))

    def test_what_is_no_whole_frame_is_not_shown(self):
        nothing = self.show([0.5] * 30, [])
        cut_short = self.show([0.5] * 30, frame_tags(0, 2, 3, 3) + frame_tags(9, 1, 1, 1))
        contradictory = self.show([0.5] * 30, frame_tags(0, 2, 3, 3, length=17))
        four_channels = self.show([0.5] * 30, frame_tags(0, 2, 3, 4))
        no_dictionary = self.show([0.5] * 30, [tag(0, "packet_len", pmt.from_long(30))])
        for view in (nothing, contradictory, four_channels, no_dictionary):
            self.assertEqual(view.frames(), 0)
            self.assertTrue(view.image().isNull())
        self.assertEqual(cut_short.frames(), 1)  # the second one alone
        self.assertEqual((cut_short.image().width(), cut_short.image().height()), (1, 1))


if __name__ == "__main__":
    unittest.main()
