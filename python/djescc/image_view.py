# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""
A stream of frames as a live picture in a QT GUI flowgraph.

It is Python, and meant for watching: connect it beside the path of the samples, to a stream
of a few frames per second.
"""

import numpy
import pmt
from gnuradio import gr
from PyQt5 import QtCore, QtGui, QtWidgets


def _label_text(frame):
    """The label that a frame's dictionary has, "cat 93 %", or an empty text."""
    number, name, probabilities = (
        pmt.dict_ref(frame, pmt.intern(key), pmt.PMT_NIL)
        for key in ("label", "class_name", "probabilities")
    )
    if not pmt.is_integer(number):
        return ""
    label = pmt.to_long(number)
    text = pmt.symbol_to_string(name) if pmt.is_symbol(name) else str(label)
    if not pmt.is_f32vector(probabilities) or not 0 <= label < pmt.length(probabilities):
        return text
    return f"{text} {100 * pmt.f32vector_ref(probabilities, label):.0f} %"


class _Picture(QtWidgets.QLabel):
    """Shows the newest picture, as large as fits, and keeps its proportions. A label stands
    in a dark band at the picture's lower edge."""

    arrived = QtCore.pyqtSignal(QtGui.QImage, str)

    # Of the band: white text on it is legible over white pictures too.
    _BAND = QtGui.QColor(0, 0, 0, 170)
    _TEXT = QtGui.QColor(255, 255, 255)
    # Heights of letters in pixels, and the part of the picture's height between them.
    _SMALLEST_TEXT, _LARGEST_TEXT, _TEXT_PART = 9, 32, 0.1

    def __init__(self, parent=None):
        super().__init__(parent)
        self.setAlignment(QtCore.Qt.AlignCenter)
        self.setMinimumSize(96, 96)
        self.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Expanding)
        self._image = QtGui.QImage()
        self._label = ""
        # The signal comes from the block's thread; Qt delivers it in the widget's.
        self.arrived.connect(self._show)

    def image(self):
        """The picture that is shown, as it came."""
        return self._image

    def label(self):
        """The label that is shown."""
        return self._label

    def sizeHint(self):
        # Not the pixmap's size, which follows the widget's.
        return QtCore.QSize(360, 270)

    def resizeEvent(self, event):
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event):
        super().paintEvent(event)
        if self._label and self.pixmap() is not None:
            picture = QtCore.QRect(QtCore.QPoint(), self.pixmap().size())
            picture.moveCenter(self.rect().center())
            self._paint_label(picture)

    def _paint_label(self, picture):
        """Write the label into the lower end of the picture's place, over the widget's whole
        width where the picture is narrow."""
        painter = QtGui.QPainter(self)
        font = painter.font()
        size = round(self._TEXT_PART * picture.height())
        size = min(max(size, self._SMALLEST_TEXT), self._LARGEST_TEXT)
        while True:
            font.setPixelSize(size)
            metrics = QtGui.QFontMetrics(font)
            margin = metrics.height() // 3
            room = self.width() - 2 * margin
            if size <= self._SMALLEST_TEXT or metrics.horizontalAdvance(self._label) <= room:
                break
            size -= 1
        # The middle goes where all is too long: the ends are the name and its probability.
        text = metrics.elidedText(self._label, QtCore.Qt.ElideMiddle, room)
        band = QtCore.QRect(0, 0, metrics.horizontalAdvance(text) + 2 * margin, metrics.height())
        band.moveCenter(picture.center())
        band.moveBottom(picture.bottom())
        painter.fillRect(band, self._BAND)
        painter.setFont(font)
        painter.setPen(self._TEXT)
        painter.drawText(band, QtCore.Qt.AlignCenter | QtCore.Qt.TextSingleLine, text)
        painter.end()

    def _show(self, image, label):
        self._image = image
        self._label = label
        self._fit()

    def _fit(self):
        if not self._image.isNull():
            self.setPixmap(
                QtGui.QPixmap.fromImage(self._image).scaled(
                    self.size(), QtCore.Qt.KeepAspectRatio, QtCore.Qt.SmoothTransformation
                )
            )


class image_view(gr.sync_block):
    """
    Shows frames of images in a window.

    Input: frames of float32 in [0, 1], H x W x C with one or three channels, whose first
    item carries the tags `packet_len` and `frame`. Items that belong to no frame, frames
    cut short and frames whose tags contradict each other are not shown. Where the `frame`
    tag has a label, as image_classifier writes it, it stands over the picture: the name of
    the class, or its number, and its probability.

    Needs a QApplication; widget() is what to put into the window.
    """

    def __init__(self, title=""):
        gr.sync_block.__init__(self, name="image_view", in_sig=[numpy.float32], out_sig=None)
        self._picture = _Picture()
        self._box = QtWidgets.QGroupBox(title)
        layout = QtWidgets.QVBoxLayout(self._box)
        layout.addWidget(self._picture)
        self._frame = None  # being gathered, flat; None between frames
        self._gathered = 0
        self._shape = None
        self._label = ""
        self._frames = 0

    def widget(self):
        """The widget: a titled box around the picture."""
        return self._box

    def image(self):
        """The picture that is shown (QImage), null before the first."""
        return self._picture.image()

    def label(self):
        """The label that is shown, "cat 93 %", empty where the picture has none."""
        return self._picture.label()

    def frames(self):
        """Frames shown so far."""
        return self._frames

    def work(self, input_items, output_items):
        items = input_items[0]
        first = self.nitems_read(0)
        starts = {}
        for tag in self.get_tags_in_window(0, 0, len(items)):
            starts.setdefault(tag.offset - first, {})[pmt.symbol_to_string(tag.key)] = tag.value
        borders = sorted(offset for offset, tags in starts.items() if "packet_len" in tags)
        position = 0
        for border in borders:
            self._gather(items[position:border])
            self._begin(starts[border])
            position = border
        self._gather(items[position:])
        return len(items)

    def _begin(self, tags):
        self._frame = None
        frame = tags.get("frame")
        if frame is None or not pmt.is_dict(frame) or not pmt.is_integer(tags["packet_len"]):
            return
        sides = [
            pmt.dict_ref(frame, pmt.intern(key), pmt.PMT_NIL)
            for key in ("height", "width", "channels")
        ]
        if not all(pmt.is_integer(side) for side in sides):
            return
        shape = tuple(pmt.to_long(side) for side in sides)
        length = pmt.to_long(tags["packet_len"])
        if min(shape) < 1 or shape[2] not in (1, 3) or shape[0] * shape[1] * shape[2] != length:
            return
        self._shape = shape
        self._label = _label_text(frame)
        self._frame = numpy.empty(length, numpy.float32)
        self._gathered = 0

    def _gather(self, items):
        if self._frame is None:
            return
        count = min(len(items), len(self._frame) - self._gathered)
        self._frame[self._gathered : self._gathered + count] = items[:count]
        self._gathered += count
        if self._gathered == len(self._frame):
            self._finish()

    def _finish(self):
        height, width, channels = self._shape
        levels = numpy.nan_to_num(self._frame, nan=0.0) * 255.0
        pixels = numpy.clip(numpy.rint(levels), 0, 255).astype(numpy.uint8).tobytes()
        layout = QtGui.QImage.Format_RGB888 if channels == 3 else QtGui.QImage.Format_Grayscale8
        # copy(): the image must own its pixels when it changes threads.
        image = QtGui.QImage(pixels, width, height, width * channels, layout).copy()
        self._frame = None
        self._frames += 1
        self._picture.arrived.emit(image, self._label)
