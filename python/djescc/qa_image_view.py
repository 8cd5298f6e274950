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


def labelled(tags, **entries):
    """Frame tags with more entries in the dictionary."""
    for each in tags:
        if pmt.symbol_to_string(each.key) == "frame":
            for key, value in entries.items():
                each.value = pmt.dict_add(each.value, pmt.intern(key), value)
    return tags


def label_entries(number, probabilities, name=None):
    """What image_classifier writes."""
    entries = {
        "label": pmt.from_long(number),
        "probabilities": pmt.init_f32vector(len(probabilities), probabilities),
    }
    if name is not None:
        entries["class_name"] = pmt.intern(name)
    return entries


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

    def label_of(self, **entries):
        return self.show([0.5] * 12, labelled(frame_tags(0, 2, 2, 3), **entries)).label()

    def test_label_is_name_and_probability(self):
        self.assertEqual(self.label_of(**label_entries(1, [0.07, 0.93], "cat")), "cat 93 %")
        self.assertEqual(self.label_of(**label_entries(0, [1.0, 0.0])), "0 100 %")
        self.assertEqual(self.label_of(), "")

    def test_strange_labels_do_no_harm(self):
        number, text = pmt.from_long(1), pmt.intern("cat")
        few = pmt.init_f32vector(1, [1.0])
        self.assertEqual(self.label_of(label=text, class_name=text, probabilities=few), "")
        self.assertEqual(self.label_of(class_name=text, probabilities=few), "")
        self.assertEqual(self.label_of(label=number), "1")
        self.assertEqual(self.label_of(label=number, class_name=number), "1")
        self.assertEqual(self.label_of(label=number, class_name=text, probabilities=few), "cat")
        self.assertEqual(self.label_of(label=number, class_name=text, probabilities=text), "cat")
        self.assertEqual(self.label_of(label=pmt.from_long(-1), probabilities=few), "-1")

    def test_a_label_goes_with_its_frame(self):
        first = labelled(frame_tags(0, 2, 2, 3), **label_entries(0, [1.0], "cat"))
        view = self.show([0.5] * 24, first + frame_tags(12, 2, 2, 3))
        self.assertEqual((view.frames(), view.label()), (2, ""))

    def shown(self, level, side, entries, size=(24, 24)):
        """The picture's widget as it is drawn at a size, grey levels by row and column."""
        items = numpy.full(size[0] * size[1], level / 255.0)
        view = self.show(items, labelled(frame_tags(0, *size, 1), **entries))
        box = view.widget()
        box.resize(side, side)
        drawn = box.grab().toImage().convertToFormat(QtGui.QImage.Format_Grayscale8)
        place = box.findChild(QtWidgets.QLabel).geometry()
        bits = drawn.constBits()
        bits.setsize(drawn.sizeInBytes())
        levels = numpy.frombuffer(bits, numpy.uint8).reshape(drawn.height(), -1)
        rows = slice(place.top(), place.bottom() + 1)
        return view, levels[rows, place.left() : place.right() + 1].astype(int)

    def label_place(self, *arguments):
        """The rows and columns that a label covers, and what is drawn there."""
        level, side, entries, *size = arguments
        _, plain = self.shown(level, side, {}, *size)
        view, drawn = self.shown(level, side, entries, *size)
        self.assertEqual(plain.shape, drawn.shape)
        rows, columns = numpy.nonzero(numpy.abs(drawn - plain) > 40)
        self.assertGreater(len(rows), 20)
        rows = slice(rows.min(), rows.max() + 1)
        columns = slice(columns.min(), columns.max() + 1)
        return view, rows, columns, drawn

    def test_label_is_drawn_and_legible(self):
        entries = label_entries(1, [0.07, 0.93], "automobile")
        for level in (0, 128, 255):
            for side in (130, 300, 900):
                with self.subTest(level=level, side=side):
                    view, rows, columns, drawn = self.label_place(level, side, entries)
                    # at the lower end, in the middle
                    self.assertGreater(rows.start, 0.7 * drawn.shape[0])
                    middle = (columns.start + columns.stop) / 2
                    self.assertAlmostEqual(middle, drawn.shape[1] / 2, delta=5)
                    # white letters, and much darker what is behind them
                    self.assertGreater(drawn[rows, columns].max(), 220)
                    self.assertLess(numpy.median(drawn[rows, columns]), 110)
                    # the picture itself is as it came
                    self.assertEqual(QtGui.QColor(view.image().pixel(12, 23)).red(), level)

    def test_letters_grow_with_the_picture_as_far_as_is_good(self):
        entries = label_entries(0, [0.5, 0.5], "ship")
        heights = []
        for side in (130, 300, 900, 1200):
            _, rows, _, _ = self.label_place(255, side, entries)
            heights.append(rows.stop - rows.start)
        self.assertLess(heights[0], heights[1])
        self.assertLess(heights[1], heights[2])
        self.assertEqual(heights[2], heights[3])

    def test_long_names_and_narrow_pictures_are_legible(self):
        for name, size in (("x" * 300, (24, 24)), ("automobile", (90, 1)), ("frog", (1, 90))):
            with self.subTest(name=name, size=size):
                entries = label_entries(0, [0.5, 0.5], name)
                _, rows, columns, drawn = self.label_place(255, 130, entries, size)
                self.assertGreater(columns.stop - columns.start, 40)
                self.assertGreater(rows.stop - rows.start, 8)
                self.assertGreater(drawn[rows, columns].max(), 180)
                self.assertLess(numpy.median(drawn[rows, columns]), 110)


if __name__ == "__main__":
    unittest.main()
