# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the models with the djescc command and writes the report."""

import json
import pathlib
import re
import subprocess

import tables
from pictures import Missing, write_dog
from training import OtherLength, Training

PAPER = pathlib.Path(__file__).parent / "paper.json"
NOT_SHIPPED = "not shipped; train with --train"
NOT_ASKED_FOR = "left out by --only"


def read_paper(size, models, configurations):
    """The paper's figures, with the models of a size ("slim" or "quality") that stand for
    them; the slim one where there is neither a model nor a configuration of that size."""
    paper = json.loads(PAPER.read_text())

    def sized(name):
        other = name.replace("-slim-", f"-{size}-")
        known = (models / other).is_dir() or (configurations / f"{other}.json").is_file()
        return other if known else name

    for row in table_rows(paper):
        row["model"] = sized(row["model"])
    for figure in paper["curves"] + paper["sheets"]:
        figure["models"] = [sized(name) for name in figure["models"]]
    return paper


def table_rows(paper):
    """The rows of all tables, and what stands below some of them: a model that is to do
    more than the paper's."""
    rows = [row for table in paper["tables"] for row in table["rows"]]
    return rows + [row["beyond"] for row in rows if "beyond" in row]


def model_names(paper):
    """Every model that a table or figure is of, once."""
    names = [row["model"] for row in table_rows(paper)]
    for figure in paper["curves"] + paper["sheets"]:
        names += figure["models"]
    return list(dict.fromkeys(names))


def references(paper, names):
    """The paper's means as levels for `djescc evaluate --plot --reference`."""
    series, seen = [], set()
    for table in paper["tables"]:
        for row in table["rows"]:
            if row["model"] in names and row["model"] not in seen:
                seen.add(row["model"])
                low, high = paper["snr_db"]
                series.append(
                    {
                        "label": f"paper, {table['title']}, {row['method']}: "
                        f"mean over {low} to {high} dB",
                        "model": row["model"],
                        "snr_db": paper["snr_db"],
                        "psnr_db": row["decrypted"][0],
                    }
                )
    return {"source": paper["source"], "series": series}


class Reproduction:
    def __init__(self, options, command, cifar10, photograph, tree):
        self.options = options
        self.command = command
        self.cifar10 = cifar10
        self.photograph = photograph
        self.output = options.output
        configurations = tree / "examples/training"
        self.paper = read_paper(options.size, options.models, configurations)
        names = model_names(self.paper)
        self.names = options.only.split(",") if options.only else names
        unknown = set(self.names) - set(names)
        if unknown:
            raise Missing(
                f"--only: no figure is of {', '.join(sorted(unknown))}; the models are: "
                + ", ".join(names)
            )
        length = {
            key: value
            for key, value in (("steps", options.steps), ("epochs", options.epochs))
            if value
        }
        self.training = Training(
            self.djescc, configurations, self.output, options.data, options.models, length
        )
        self.absent = {}  # why a model is not measured
        self.sections = []
        self.record = {"paper": self.paper, "options": self._what_was_asked()}

    def _what_was_asked(self):
        keys = ("size", "quick", "draws", "snr", "train", "steps", "epochs", "device")
        return {key: getattr(self.options, key) for key in keys}

    def djescc(self, *arguments, cwd=None):
        device = ["--device", self.options.device, "--threads", self.options.threads]
        words = [self.command, *arguments, *device]
        subprocess.run([str(word) for word in words], cwd=cwd, check=True)

    def run(self):
        self.output.mkdir(parents=True, exist_ok=True)
        if self.options.train:
            self._train()
        models = {name: self._find(name) for name in self.names}
        self.models = {name: path for name, path in models.items() if path}
        for name in model_names(self.paper):
            if name not in self.models:
                reason = NOT_SHIPPED if name in self.names else NOT_ASKED_FOR
                self.absent.setdefault(name, reason)
        if not self.models:
            raise Missing(
                f"none of the models is in {self.options.models}: --train trains them"
            )
        self._tables()
        for figure in self.paper["curves"]:
            self._curves(figure)
        for figure in self.paper["sheets"]:
            self._sheets(figure)
        print(f"Report: {self.output / 'report.md'}, {self.output / 'report.json'}")

    def _train(self):
        for name in self.names:
            try:
                self.training.train(name)
            except OtherLength:
                raise
            except Missing as error:
                print(f"{name} is not trained: {error}", flush=True)
                self.absent[name] = f"not trained: {error}"

    def _find(self, name):
        trained = self.training.model(name) if self.options.train else None
        shipped = self.options.models / name
        if trained or (shipped / "model.json").is_file():
            return trained or shipped
        return None

    def _section(self, title, *parts):
        text = "\n\n".join([f"## {title}", *[part for part in parts if part]])
        self.sections.append(text)
        print(f"\n{text}\n", flush=True)
        self._write()  # now, because what follows takes long and may be stopped

    def _evaluate(self, pictures, name, models, *more):
        """Rows of `djescc evaluate --json` for some of our models."""
        file = self.output / f"{name}.json"
        inputs = {
            "cifar10": ["--cifar10", self.cifar10],
            "photographs": ["--input", self.options.photos],
        }[pictures]
        limit = self.options.limits.get(pictures, 0)
        words = ["evaluate", *inputs, "--limit", limit, "--seed", 1, "--json", file, *more]
        for model in models:
            words += ["--model", self.models[model]]
        proof = self.output / f"{name}-measured.json"
        now = json.dumps(self._what_is_measured(words, models), indent=2) + "\n"
        if file.is_file() and proof.is_file() and proof.read_text() == now:
            print(f"measured already: {file}", flush=True)
        else:
            proof.unlink(missing_ok=True)
            self.djescc(*words)
            proof.write_text(now)
        return json.loads(file.read_text())

    def _what_is_measured(self, words, models):
        """Everything that the figures of an evaluation depend on."""
        version = subprocess.run(
            [self.command, "--version"], check=True, capture_output=True, text=True
        ).stdout.strip()
        weights = {}
        for model in models:
            manifest = json.loads((self.models[model] / "model.json").read_text())
            weights[model] = manifest["weights"]
        return {
            "djescc": version,
            "arguments": [str(word) for word in words],
            "device": self.options.device,
            "weights": weights,
        }

    def _missing(self, figure):
        missing = [name for name in figure["models"] if name not in self.models]
        return "\n".join(f"- `{name}`: {self.absent[name]}" for name in missing)

    def _tables(self):
        names = dict.fromkeys(row["model"] for row in table_rows(self.paper))
        in_tables = [name for name in names if name in self.models]
        measured, data = {}, "no model"
        for name in in_tables:
            print(f"== {name}: tables", flush=True)
            result = self._evaluate(
                *["cifar10", f"table-{name}", [name], "--snr-range", *self.paper["snr_db"]],
                *["--draws", self.options.draws],
            )
            data = f"{result['data']}, {result['draws']} draws of noise for each"
            (measured[name],) = result["rows"]
        self.record["measured"] = measured
        self.record["models"] = manifests = {
            name: json.loads((path / "model.json").read_text())
            for name, path in self.models.items()
        }
        for table in self.paper["tables"]:
            caption = f"{table['caption']}. Measured here: {data}. {tables.FOOTNOTE}"
            self._section(table["title"], caption, tables.comparison(table, measured, self.absent))
        self._section("Goals", tables.goals(self.paper["tables"], measured))
        self._section(
            "How PSNR is averaged",
            "The paper does not say whether it averages PSNRs or squared errors.",
            tables.averaging_table(self.paper["tables"], measured),
        )
        origins = {
            name: "shipped" if self.options.models in path.parents else "trained here"
            for name, path in self.models.items()
        }
        names = model_names(self.paper)
        self._section(
            "Training", tables.training_table(names, manifests, origins, self.absent)
        )

    def _curves(self, figure):
        title = f"Fig. {figure['figure']}"
        models = [name for name in figure["models"] if name in self.models]
        if not models:
            self._section(title, figure["caption"] + ".", self._missing(figure))
            return
        stem = f"fig{figure['figure']}"
        reference = self.output / f"{stem}-paper.json"
        reference.write_text(json.dumps(references(self.paper, models), indent=2) + "\n")
        print(f"== {title}", flush=True)
        result = self._evaluate(
            *[figure["pictures"], stem, models, "--snr", self.options.snr],
            *["--plot", self.output / stem, "--reference", reference],
        )
        self.record[stem] = result["rows"]
        self._section(
            title,
            f"{figure['caption']}. Measured here: {result['data']}.",
            tables.curve_table(result["rows"]),
            f"![{title}]({stem}.png)",
            self._missing(figure),
        )

    def _sheets(self, figure):
        title = f"Fig. {figure['figure']}"
        print(f"== {title}", flush=True)
        if figure["pictures"] == "cifar10":
            picture = self.output / "cifar10-dog.png"
            write_dog(self.cifar10, picture)
        else:
            picture = self.photograph
        links = []
        for name in figure["models"]:
            if name not in self.models:
                continue
            sheet = f"fig{figure['figure']}-{re.sub('[^a-z0-9.-]', '_', name)}.png"
            self.djescc(
                *["simulate", "--model", self.models[name], "--input", picture],
                *["--snr", figure["snr"], "--seed", 1, "--sheet", self.output / sheet],
            )
            links.append(f"`{name}`\n\n![{name}]({sheet})")
        self._section(title, figure["caption"] + ".", *links, self._missing(figure))

    def _write(self):
        text = "\n\n".join(["# DJESCC, the paper's figures and ours", *self.sections]) + "\n"
        (self.output / "report.md").write_text(text)
        record = json.dumps(self.record, indent=2, ensure_ascii=False) + "\n"
        (self.output / "report.json").write_text(record)
