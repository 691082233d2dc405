"""The hyperparameters: ONE table that the form, the command line, the help and the checks read.

To add a hyperparameter, add a row to `HYPERPARAMETERS` and a field of the same name to `TrainingConfig`.
"""

from __future__ import annotations

from nn_trainer.engine.architectures import HEADS, PRESET_NAMES, PRESETS, PRETRAINED
from nn_trainer.engine.augmentation import AUGMENTATIONS
from nn_trainer.engine.hyperparameter import Hyperparameter
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.engine.schedules import SCHEDULES
from nn_trainer.i18n import _

HYPERPARAMETERS: tuple[Hyperparameter, ...] = (
    Hyperparameter(
        "preset",
        _("&Preset"),
        "cnn",
        _(
            "The shape of the network: linear (one dense layer), mlp (dense layers of 128 and 64), cnn "
            "(convolutions, then a dense layer), resnet (a deeper network of residual blocks), pretrained (a "
            "small head on a network that has seen a million photos). Opening a data set sets it to what suits "
            "the images."
        ),
        _(
            "Keep pretrained for photos, above all for few. Take cnn for images of less than 64 pixels, and to "
            "see a network learn from nothing; linear or mlp to see how far a simpler one gets; resnet for thousands "
            "of images and the patience for ten times the time."
        ),
        _(
            "Too simple: training accuracy itself stays low. Too rich for few images: training accuracy is high "
            "and validation accuracy is not."
        ),
        choices=PRESET_NAMES,
    ),
    Hyperparameter(
        "head",
        _("Head la&yers"),
        "linear",
        _(
            "What is trained on top of the pretrained network: linear (one dense layer, which is softmax "
            "regression) or mlp (a hidden layer of 128 before it)."
        ),
        _("Try mlp with some hundred images a class or more."),
        _("mlp with few images: validation accuracy differs more from one seed to the next."),
        choices=tuple(HEADS),
        presets=(PRETRAINED,),
    ),
    Hyperparameter(
        "epochs",
        _("&Epochs"),
        10,
        _(
            "How many times training goes through all training images. The preset pretrained has 40 for its "
            "default, since its epochs take milliseconds."
        ),
        _("Raise it while validation loss is still falling when training ends."),
        _("Too few: both curves are still moving at the end. Too many: validation loss turns and rises."),
        minimum=1,
        maximum=10_000,
        step=1,
    ),
    Hyperparameter(
        "batch_size",
        _("&Batch size"),
        32,
        _("How many images are used for one update of the weights, which is one iteration."),
        _(
            "Raise it for smoother curves and more images a second; lower it when images are few, but with resnet "
            "never to 1."
        ),
        _(
            "Too small: the raw loss jumps from one iteration to the next. Too large: few updates an epoch, slow "
            "progress."
        ),
        minimum=1,
        maximum=4096,
        step=1,
        unit=_("images"),
    ),
    Hyperparameter(
        "learning_rate",
        _("Lear&ning rate"),
        0.002,
        _("How far each weight moves: new weight = weight - gradient * learning rate."),
        _(
            "Divide it by 10 when the loss jumps or grows, multiply by 3 when it falls too slowly. Usual: 0.002 "
            "for adam and adamw, 0.001 for rmsprop, 0.01 for momentum and nesterov, 0.05 for sgd."
        ),
        _("Too large: the loss rises, or is no longer a number. Too small: the loss hardly falls."),
        minimum=1e-7,
        maximum=10.0,
        step=0.0005,
    ),
    Hyperparameter(
        "optimizer",
        _("Optimi&zer"),
        "adam",
        _("The rule that turns gradients into updates of the weights."),
        _(
            "adam and adamw need the least tuning; sgd is the plain rule of the lesson; momentum and nesterov "
            "remember past gradients; rmsprop divides by their size."
        ),
        _("sgd with a rate meant for adam: the loss hardly falls. adam with a rate meant for sgd: it jumps."),
        choices=tuple(OPTIMIZERS),
    ),
    Hyperparameter(
        "loss",
        _("&Loss"),
        "cross-entropy",
        _(
            "The number that training makes small: cross-entropy, or mse (the mean over the batch of each "
            "image's sum of squared errors)."
        ),
        _("cross-entropy learns faster; mse is the loss of the lesson, easy to check by hand."),
        _(
            "mse with many classes: the loss stays on a plateau at the start. The two losses cannot be compared "
            "with each other, accuracy can."
        ),
        choices=tuple(LOSSES),
    ),
    Hyperparameter(
        "dropout",
        _("&Dropout"),
        0.0,
        _("The share of inputs of the last layer that is switched off at random in each training iteration."),
        _("Raise it to 0.2 to 0.5 when training accuracy is far above validation accuracy."),
        _("Too high: training accuracy stays low, even below validation accuracy."),
        minimum=0.0,
        maximum=0.9,
        step=0.05,
    ),
    Hyperparameter(
        "augment",
        _("Au&gmentation"),
        "none",
        _(
            "How training images are altered at random each time they are shown: flip (mirrored left to right), "
            "shift (moved by up to an eighth of their size), flip-shift (both). Validation images are never "
            "altered."
        ),
        _(
            "Choose flip-shift for photos when training accuracy is far above validation accuracy; shift alone "
            "where left and right matter, as in letters and digits."
        ),
        _(
            "flip where left and right matter: the classes that differ by it are mixed up. Any with few epochs: "
            "training accuracy is lower than without."
        ),
        choices=tuple(AUGMENTATIONS),
    ),
    Hyperparameter(
        "image_size",
        _("&Image size"),
        32,
        _(
            "Every image is made a square of this width and height before the network sees it. "
            "Opening a data set sets it to what suits the images. The preset pretrained takes 96, 128, 160, 192 "
            "or 224."
        ),
        _(
            "Raise it when details decide; training time grows with its square. Lower it to 160 to halve the "
            "time that pretrained features take."
        ),
        _("Too small: you could not tell the classes apart yourself. Too large: slow, and no better."),
        minimum=8,
        maximum=256,
        step=4,
        unit=_("pixels"),
    ),
    Hyperparameter(
        "channels",
        _("&Channels"),
        "rgb",
        _(
            "Whether the network sees colours (rgb) or brightness only (grey). Opening a data set sets it to "
            "what it holds. The preset pretrained always sees colours."
        ),
        _("Choose grey when colour says nothing about the class."),
        _("grey where colour decides: accuracy is lower. rgb where colour misleads: validation accuracy falls behind."),
        choices=("grey", "rgb"),
        presets=tuple(PRESETS),
    ),
    Hyperparameter(
        "fit",
        _("Fit to s&quare"),
        "crop",
        _(
            "How an image becomes square: crop (the middle is cut out, the ends of long images are not seen), pad "
            "(the whole image, and its mean colour beside it), stretch (the whole image, out of proportion). Opening "
            "a data set sets it to what suits the images."
        ),
        _(
            "Choose pad or stretch when what tells the classes apart lies at the ends of wide or high images; pad "
            "where proportions matter, stretch where all images have the same shape."
        ),
        _(
            "crop: images look alike because the difference is cut away. pad: long images become small, and details "
            "are lost. The small images in the left panel show what the network sees."
        ),
        choices=("crop", "pad", "stretch"),
    ),
    Hyperparameter(
        "validation",
        _("V&alidation share"),
        0.2,
        _(
            "The share of each class that is kept out of training and used to measure it. A val/ folder beside "
            "train/ is used instead where there is one."
        ),
        _("Lower it when images are very few; raise it for a steadier measure."),
        _("Too small: validation accuracy jumps from epoch to epoch. Too large: too little is left to learn from."),
        minimum=0.0,
        maximum=0.9,
        step=0.05,
    ),
    Hyperparameter(
        "seed",
        _("&Seed"),
        0,
        _(
            "The start of every random choice: first weights, order of images, split, dropout. The same seed "
            "gives the same network, bit for bit."
        ),
        _("Change it to see how much a result owes to chance."),
        _("No value is wrong; if results differ much between seeds, there are too few images."),
        minimum=0,
        maximum=2**31 - 1,
        step=1,
    ),
    Hyperparameter(
        "schedule",
        _("Sched&ule"),
        "cosine",
        _(
            "How the learning rate changes during training: constant; step (a tenth after half, a hundredth "
            "after three quarters); cosine (slowly, then fast, then slowly down to nothing); one-cycle (up, then "
            "down to nothing); plateau (halved when the loss has not fallen for three epochs)."
        ),
        _(
            "constant to see the plain rule of the lesson; one-cycle, with a larger rate, for deep networks; "
            "plateau when you do not know how many epochs it takes."
        ),
        _("A rate that falls too early: both curves flatten while the loss is still high."),
        choices=tuple(SCHEDULES),
        advanced=True,
    ),
    Hyperparameter(
        "weight_decay",
        _("&Weight decay"),
        0.0,
        _("How strongly every weight is pulled towards zero in each iteration, apart from its gradient."),
        _("Raise it to 0.01 or more, with adamw, when training accuracy is far above validation accuracy."),
        _("Too high: training accuracy stays low."),
        minimum=0.0,
        maximum=1.0,
        step=0.005,
        advanced=True,
    ),
    Hyperparameter(
        "label_smoothing",
        _("Label s&moothing"),
        0.0,
        _(
            "The share of each one-hot vector that is spread over all classes, so that the network is not asked "
            "for certainty."
        ),
        _("Raise it to 0.1 when the network is too sure of wrong predictions, or when some labels are wrong."),
        _("Too high: probabilities stay near each other, and the loss cannot come near zero."),
        minimum=0.0,
        maximum=0.5,
        step=0.05,
        advanced=True,
    ),
    Hyperparameter(
        "clip_norm",
        _("Ma&x gradient norm"),
        0.0,
        _(
            "The greatest length that the gradient of all weights together may have; a longer one is shortened "
            "to it. 0 leaves every gradient as it is."
        ),
        _("Set it to 1 when single batches make the loss jump."),
        _("Too small: the loss falls slowly, whatever the learning rate."),
        minimum=0.0,
        maximum=1000.0,
        step=0.5,
        advanced=True,
    ),
    Hyperparameter(
        "range_percentile",
        _("&Range percentile"),
        99.9,
        _(
            "For images of 16 or 32 bits and of floats: the percentile of the pixel values of all training images that "
            "becomes white; 100 less it becomes black. A few pixels brighter than all others then do not darken the "
            "images. All images get the same range, which is kept with the model."
        ),
        _("Lower it when images are too dark to see what is in them; set it to 100 when the brightest pixels matter."),
        _("Too low: what is bright is white all over. Too high: a few hot pixels leave everything else black."),
        minimum=90.0,
        maximum=100.0,
        step=0.1,
        advanced=True,
    ),
    Hyperparameter(
        "variants",
        _("&Variants"),
        4,
        _(
            "Into how many altered images augmentation turns each training image, beside the image itself, "
            "before the pretrained network computes features of all of them. Without augmentation there are none."
        ),
        _("Raise it when images are few and training accuracy is far above validation accuracy."),
        _("Too many: computing the features takes long, as it grows with the number, and accuracy is no better."),
        minimum=1,
        maximum=50,
        step=1,
        advanced=True,
        presets=(PRETRAINED,),
    ),
    Hyperparameter(
        "fine_tune",
        _("Fine-tuned bloc&ks"),
        0,
        _(
            "How many of the pretrained network's last blocks are trained too, in a second stage after the head: "
            "for a quarter as many epochs again, at a hundredth of the learning rate. 0 leaves the network as it "
            "is."
        ),
        _(
            "Try 1 or 2 when the classes differ in what everyday photos do not show, and compare. It takes many "
            "times the time and gains little where the head is good already: a few photos in a thousand of cats, "
            "dogs and clothes."
        ),
        _("The learning rate is too large for it: validation accuracy falls where fine-tuning begins."),
        minimum=0,
        maximum=4,
        step=1,
        unit=_("blocks"),
        advanced=True,
        presets=(PRETRAINED,),
    ),
    Hyperparameter(
        "threads",
        _("&Threads"),
        0,
        _("How many threads training uses; 0 takes every core. The result does not depend on it."),
        _("Lower it to leave cores to other programs."),
        _("More threads than cores: slower."),
        minimum=0,
        maximum=64,
        step=1,
        in_form=False,
    ),
)

BY_NAME: dict[str, Hyperparameter] = {row.name: row for row in HYPERPARAMETERS}
