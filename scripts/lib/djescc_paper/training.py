# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains models by `djescc train`, each after the ones that it starts from."""

import json
import pathlib

from pictures import Missing


class OtherLength(Missing):
    """A run in the output folder is longer or shorter than what is asked for."""


def is_finished(file):
    """Whether a run's model.json or classifier.json says that it has come to its end."""
    if not file.is_file():
        return False
    about = json.loads(file.read_text())
    return about.get("training", about).get("finished", False)


def of_length(config, length):
    """A configuration of another length, {"steps": n} or {"epochs": n}, without the slow
    start that suits its own."""
    config = {key: value for key, value in config.items() if key not in ("steps", "epochs")}
    config.update(length)
    optimizer = config.get("optimizer", {})
    if "warmup" in optimizer.get("schedule", {}):
        schedule = {k: v for k, v in optimizer["schedule"].items() if k != "warmup"}
        config["optimizer"] = {**optimizer, "schedule": schedule}
    return config


class Training:
    """Runs below OUTPUT/runs, with the configurations of examples/training."""

    def __init__(self, djescc, configs, output, data, models, length):
        self.djescc = djescc
        self.configs = configs
        self.output = output
        self.data = data
        self.models = models  # the shipped ones, which runs may start from
        self.length = length  # {}, {"steps": n} or {"epochs": n}

    def model(self, name):
        """Directory of the model that a run has finished, or None."""
        directory = self.output / "runs" / name / "model"
        return directory if is_finished(directory / "model.json") else None

    def train(self, name):
        """Train a model; a run that stopped goes on, one that finished is left alone.
        Raises Missing where a configuration or its data are not there, and OtherLength
        where a run of another length is in the way."""
        file = self.configs / f"{name}.json"
        if not file.is_file():
            raise Missing(f"there is no configuration {file}")
        config = json.loads(file.read_text())
        self._check_length(name, config)
        if self.model(name):
            print(f"== {name} is trained already", flush=True)
            return
        self._check_data(name, config)
        self._train_what_it_starts_from(config)
        self._train_features(config.get("loss", {}).get("features") or {})
        self._run(name, config)

    def _check_length(self, name, config):
        file = self.output / "runs" / name / "config.json"
        if not file.is_file():
            return
        there = json.loads(file.read_text())
        wanted = of_length(config, self.length) if self.length else config
        if any(there.get(key) != wanted.get(key) for key in ("steps", "epochs")):
            raise OtherLength(
                f"{file.parent} is a run of another length: remove it, ask for its length "
                "again (--steps, --epochs), or give another --output"
            )

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
            # "models/NAME": a shipped one
            elif len(parts) == 2 and parts[0] == "models":
                shipped = self.models / parts[1]
                if not (shipped / "model.json").is_file():
                    raise Missing(f"it starts from {shipped}, which is not there")

    def _train_features(self, features):
        """Train the net of features["weights"] where neither the data nor the shipped
        models hold one, among the runs, so that a short run's net never takes the place
        of a real one."""
        weights = features.get("weights")
        if not weights:
            return
        # "vgg16-photo/features.safetensors" is made by vgg16-photo.json
        name = pathlib.PurePath(weights).parent.name
        output = self.output / "runs" / name
        if not output.exists() and (self.data / weights).is_file():
            return
        shipped = self.models / "features" / weights
        if not output.exists() and shipped.is_file():
            features["weights"] = str(shipped)
            return
        classifier = json.loads((self.configs / f"{name}.json").read_text())
        self._check_length(name, classifier)
        if not is_finished(output / "classifier.json"):
            self._check_data(name, classifier)
            self._train_features(classifier.get("net", {}).get("initial") or {})
            self._run(name, classifier)
        features["weights"] = str(output / "features.safetensors")

    def _run(self, name, config):
        if self.length:
            config = of_length(config, self.length)
        folder = self.output / "configurations"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}.json"
        file.write_text(json.dumps(config, indent=2) + "\n")
        output = self.output / "runs" / name
        # "models/NAME" of what a configuration starts from
        models = self.output / "models"
        if models.is_symlink():
            models.unlink()
        if not models.exists():
            models.symlink_to(self.models, target_is_directory=True)
        resume = ["--resume"] if (output / "checkpoint.pt").exists() else []
        print(f"== {name}: training", flush=True)
        # in the output folder, where the paths of "initial" start
        self.djescc(
            *["train", file, "--data", self.data, "--output", output, *resume],
            cwd=self.output,
        )
