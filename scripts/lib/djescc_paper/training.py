# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains models by `djescc train`, each after the ones that it starts from."""

import json
import pathlib

from pictures import Missing


class Training:
    """Runs below OUTPUT/runs, with the configurations of examples/training."""

    def __init__(self, djescc, configs, output, data, length):
        self.djescc = djescc
        self.configs = configs
        self.output = output
        self.data = data
        self.length = length  # {}, {"steps": n} or {"epochs": n}

    def model(self, name):
        """Directory of the model that a run has finished, or None."""
        directory = self.output / "runs" / name / "model"
        try:
            manifest = json.loads((directory / "model.json").read_text())
        except FileNotFoundError:
            return None
        return directory if manifest["training"].get("finished") else None

    def train(self, name):
        """Train a model; a run that stopped goes on, one that finished is left alone.
        Raises Missing where a configuration or its data are not there."""
        if self.model(name):
            print(f"== {name} is trained already", flush=True)
            return
        file = self.configs / f"{name}.json"
        if not file.is_file():
            raise Missing(f"there is no configuration {file}")
        config = json.loads(file.read_text())
        self._check_data(name, config)
        self._train_what_it_starts_from(config)
        self._run(name, config)

    def _check_data(self, name, config):
        for source in config["data"].values():
            if not isinstance(source, dict):
                continue
            for kind in ("cifar10", "pack", "folder"):
                files = source.get(kind, [])
                for path in [files] if isinstance(files, str) else files:
                    if not (self.data / path).exists():
                        raise Missing(
                            f"{name} is trained on {self.data / path}, which is not there: "
                            "docs/training.md says what it is made of"
                        )

    def _train_what_it_starts_from(self, config):
        initial = config.get("initial") or {}
        directories = [initial] if isinstance(initial, str) else initial.values()
        for directory in sorted(set(directories)):
            # "runs/NAME/model": another run's, relative to the folder we run in
            parts = pathlib.PurePath(directory).parts
            if len(parts) == 3 and (parts[0], parts[2]) == ("runs", "model"):
                self.train(parts[1])
        features = config.get("loss", {}).get("features", {})
        weights = features.get("weights", "")
        if weights and not (self.data / weights).exists():
            self._train_features(weights)

    def _train_features(self, weights):
        """The feature net of the paper's loss, a classifier trained on CIFAR-10."""
        config = json.loads((self.configs / "vgg16-cifar10.json").read_text())
        self._run("vgg16-cifar10", config, self.data / pathlib.PurePath(weights).parent)

    def _run(self, name, config, output=None):
        if self.length:
            config = {k: v for k, v in config.items() if k not in ("steps", "epochs")}
            config.update(self.length)
        folder = self.output / "configurations"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}.json"
        file.write_text(json.dumps(config, indent=2) + "\n")
        output = output or self.output / "runs" / name
        resume = ["--resume"] if (output / "checkpoint.pt").exists() else []
        print(f"== {name}: training", flush=True)
        # in the output folder, where the paths of "initial" start
        self.djescc(
            *["train", file, "--data", self.data, "--output", output, *resume],
            cwd=self.output,
        )
