"""The faults that `tests.benchmarks.mutants` puts into the code, each with the tests that have to notice it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` (which stands there once) becomes `new`; `tests` are pytest's arguments."""

    what: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


WHOLE = ("tests/engine/test_whole_training.py",)
ENGINE, MODELS, UI = "nn_trainer/engine", "nn_trainer/models", "nn_trainer/ui"

MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "the running figures inside residual blocks never move",
        f"{ENGINE}/layers/residual.py",
        "            chain.merge_statistics([replica.chains[name] for replica in replicas])",
        "            pass",
        WHOLE,
    ),
    Mutant(
        "the short last batch adds gradients of the batch before",
        f"{ENGINE}/shards.py",
        "        for other in self._gradients[1 : len(parts)]:",
        "        for other in self._gradients[1:]:",
        WHOLE,
    ),
    Mutant(
        "the schedule is not told how the epochs went",
        f"{ENGINE}/training.py",
        "        self._schedule.note(record)\n",
        "",
        WHOLE,
    ),
    Mutant(
        "half of the training accuracy",
        f"{ENGINE}/training.py",
        "self._loss_sum / len(order), self._right_sum / len(order)",
        "self._loss_sum / len(order), self._right_sum / len(order) / 2",
        WHOLE,
    ),
    Mutant(
        "all shards draw the same masks and alterations",
        f"{ENGINE}/shards.py",
        "(epoch, iteration, shard))",
        "(epoch, iteration, 0))",
        WHOLE,
    ),
    Mutant(
        "weight decay after the step",
        f"{ENGINE}/optimizers.py",
        "            weights *= 1 - self.learning_rate * self.weight_decay\n        self.update(weights, gradient)",
        "            pass\n        self.update(weights, gradient)\n"
        "        weights *= 1 - self.learning_rate * self.weight_decay",
        WHOLE,
    ),
    Mutant(
        "the running mean is not weighted by the size of the shards",
        f"{ENGINE}/layers/batch_normalization.py",
        "sum(replica.mean * (replica.values / values) for replica in replicas)",
        "sum(replica.mean / len(replicas) for replica in replicas)",
        WHOLE,
    ),
    Mutant(
        "dropout inside residual blocks has no numbers of its own",
        f"{ENGINE}/layers/residual.py",
        "            chain.seed(rng)",
        "            pass",
        ("tests/engine/test_layers.py",),
    ),
    Mutant(
        "validation leaks into the standardization of the head",
        f"{MODELS}/pretrained/pretrained_inputs.py",
        "first.standardise(features[:end])",
        "first.standardise(features)",
        ("tests/models/test_training_inputs.py",),
    ),
    Mutant(
        "novelty is learned from altered images too",
        f"{MODELS}/pretrained/pretrained_inputs.py",
        "learn_novelty(features[:count], ",
        "learn_novelty(features[:end], ",
        ("tests/models/test_training_inputs.py",),
    ),
    Mutant(
        "maps and features are kept under one key",
        f"{MODELS}/pretrained/recent_features.py",
        'f"{backbone.hash} {blocks}"',
        "backbone.hash",
        ("tests/models/test_pretrained.py", "tests/models/test_fine_tuning.py"),
    ),
    Mutant(
        "two threads write the recent features at once",
        f"{MODELS}/pretrained/recent_features.py",
        "    with _lock:\n        for key in keys:",
        "    if True:\n        for key in keys:",
        ("tests/models/test_recent_features.py",),
    ),
    Mutant(
        "two threads count the users of BLAS at once",
        f"{MODELS}/blas.py",
        "    with _lock:\n        if _users == 0:\n            _take_control()\n            _limit",
        "    if True:\n        if _users == 0:\n            _take_control()\n            _limit",
        ("tests/models/test_blas.py",),
    ),
    Mutant(
        "the second Ctrl+C is ignored",
        "nn_trainer/commands/interrupts.py",
        "        event.set()\n        restore()",
        "        event.set()",
        ("tests/cli/test_train.py",),
    ),
    Mutant(
        "several large pictures are decoded at once",
        "nn_trainer/data/images.py",
        "with _alone if image.width * image.height > _ALONE_ABOVE else nullcontext():",
        "with nullcontext():",
        ("tests/data/test_images.py",),
    ),
    Mutant(
        "images a second with the time of validation",
        f"{ENGINE}/training.py",
        "        rate = len(order) / max(epoch_clock.seconds(), 1e-9)\n        validation = self._validate()\n",
        "        validation = self._validate()\n        rate = len(order) / max(epoch_clock.seconds(), 1e-9)\n",
        ("tests/engine/test_training.py",),
    ),
    Mutant(
        "all variants of an image are the same",
        f"{MODELS}/pretrained/features.py",
        "stream(0, Purpose.VARIANTS, variant, ",
        "stream(0, Purpose.VARIANTS, 1, ",
        ("tests/models/test_pretrained.py",),
    ),
    Mutant(
        "features are written one by one",
        f"{MODELS}/pretrained/feature_cache.py",
        '        self._run("BEGIN IMMEDIATE")\n',
        "",
        ("tests/models/test_feature_cache.py",),
    ),
    Mutant(
        "of two epochs of one accuracy the first is the best",
        f"{ENGINE}/records.py",
        "key=lambda r: (r.validation_accuracy, -(r.validation_loss or 0))",
        "key=lambda r: r.validation_accuracy or 0.0",
        ("tests/engine/test_training.py",),
    ),
    Mutant(
        "evaluation has always cross-entropy for its loss",
        f"{MODELS}/evaluation.py",
        "LOSSES[measured.loss]",
        'LOSSES["cross-entropy"]',
        ("tests/models/test_evaluation.py",),
    ),
    Mutant(
        "every epoch shows the images in one order",
        f"{ENGINE}/training.py",
        "Purpose.ORDER, epoch)",
        "Purpose.ORDER, 1)",
        WHOLE,
    ),
    Mutant(
        "short gradients are made longer",
        f"{ENGINE}/training.py",
        "    if length > longest:\n",
        "    if length > 0:\n",
        ("tests/engine/test_training.py",),
    ),
    Mutant(
        "no classifier after an epoch",
        f"{MODELS}/fitting.py",
        "Figures.of_epoch(record)\n            self._classifier = self._snapshot()",
        "Figures.of_epoch(record)",
        ("tests/models/test_fitting.py",),
    ),
    Mutant(
        "a file is not on the disk when it takes its name",
        "nn_trainer/atomic.py",
        "            os.fsync(file.fileno())\n",
        "",
        ("tests/test_atomic.py", "tests/models/test_model_file.py"),
    ),
    Mutant(
        "half an image is rounded down",
        "nn_trainer/data/split.py",
        "int(images * fraction + 0.5)",
        "int(images * fraction)",
        ("tests/data/test_split_and_labels.py",),
    ),
    Mutant(
        "adam does not correct its mean",
        f"{ENGINE}/optimizers.py",
        "(1 - self.beta1) / (1 - self.beta1**self.steps) / c",
        "(1 - self.beta1) / c",
        ("tests/engine/test_optimizers.py",),
    ),
    Mutant(
        "a stop waits for the end of the epoch",
        f"{ENGINE}/training.py",
        "            if self._should_stop():\n                return\n            batch",
        "            batch",
        ("tests/engine/test_training.py",),
    ),
    Mutant(
        "layer normalization forgets a part of its slope",
        f"{ENGINE}/layers/layer_normalization.py",
        "            dh -= self.normalized * slope\n",
        "",
        ("tests/engine/test_layers.py",),
    ),
    Mutant(
        "the short one-hot vector of the first class",
        f"{UI}/train/data/class_table.py",
        "    if label == 0:",
        "    if label != 0:",
        ("tests/ui/test_dataset_panel.py",),
    ),
    Mutant(
        "the page on convolutions tells no numbers",
        f"{UI}/lesson/inside/convolution_page.py",
        "        if block is None:\n            return []",
        "        if block is not None:\n            return []",
        ("tests/ui/test_inside_step.py",),
    ),
    Mutant(
        "a slope of zero counts as one that has changed its sign",
        f"{UI}/lesson/descent/text.py",
        "any(a * b < 0 for a, b",
        "any(a * b <= 0 for a, b",
        ("tests/ui/test_descent_step.py",),
    ),
    Mutant(
        "the newest of several requests is not run",
        "nn_trainer/workers/latest_job.py",
        "            self._waiting = work",
        "            pass",
        ("tests/workers",),
    ),
    Mutant(
        "what is said to an answer can be changed",
        f"{UI}/lesson/step.py",
        "@dataclass(frozen=True, slots=True)\nclass Feedback",
        "@dataclass(frozen=False, slots=True)\nclass Feedback",
        ("tests/ui/test_lesson_numbers.py",),
    ),
    Mutant(
        "the curve of another weight stays",
        f"{UI}/lesson/descent/descent_state.py",
        "        self._made.clear()\n",
        "",
        ("tests/ui/test_descent_step.py", "tests/ui/test_descent_surface.py"),
    ),
    Mutant(
        "nothing is said when a training ends",
        f"{UI}/train/run/reporter.py",
        "        self._run_bar.show_message(words.ending(record, self._run_bar.stats))",
        "        pass",
        ("tests/ui/test_window_training.py",),
    ),
    Mutant(
        "the numbers of the axis stand in a room of another width",
        f"{UI}/lesson/descent/plot.py",
        "scale.room.left() - room.left() - 6, self.line)",
        "scale.room.left() + room.left() - 6, self.line)",
        ("tests/ui/test_descent_step.py",),
    ),
    Mutant(
        "why a preset was chosen stands two rows higher",
        f"{UI}/train/settings/form.py",
        "self._form.insertRow(place[0] + 1, note)",
        "self._form.insertRow(place[0] - 1, note)",
        ("tests/ui/test_hyperparameter_panel.py",),
    ),
    Mutant(
        "nothing can be dropped on the area for images by itself, as in the Lesson",
        f"{UI}/widgets/drop_area.py",
        "        self.setAcceptDrops(True)\n",
        "",
        ("tests/ui/test_inference_step.py",),
    ),
    Mutant(
        "a bar runs through its number",
        f"{UI}/lesson/loop/class_bars.py",
        "max(right - number_width - name_width, 0.0)",
        "max(right + number_width - name_width, 0.0)",
        ("tests/ui/test_training_loop_step.py",),
    ),
    Mutant(
        "the smoothed curve of step 6 begins a step early",
        f"{UI}/lesson/overfitting/recorded_run.py",
        "np.arange(1, len(values) + 1)",
        "np.arange(1, len(values) - 1)",
        ("tests/ui/test_plots_step.py",),
    ),
    Mutant(
        "a stop right after an update that breaks the network keeps the broken weights",
        f"{MODELS}/fitting.py",
        "        elif self.network.is_finite():",
        "        else:",
        ("tests/models/test_fitting.py",),
    ),
    Mutant(
        "the lesson loses the iterations before a failure",
        "nn_trainer/workers/loop_runner.py",
        "        except NNTrainerError as error:\n            self._flush()\n",
        "        except NNTrainerError as error:\n",
        ("tests/workers/test_loop_runner.py",),
    ),
)
