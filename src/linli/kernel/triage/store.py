"""A model as one file: numpy arrays and JSON in a zip (`.npz`). Nothing in it is executed when it is read,
so a model from elsewhere can at worst suggest badly."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linli.kernel.triage.features import MEANING, Space, Weights
from linli.kernel.triage.grams import Grams
from linli.kernel.triage.lexicon import lexicon
from linli.kernel.triage.model import Model, TriageError

FORMAT = 2
BROKEN = "这不是可用的研判模型文件，或已损坏，请重新训练。 Not a usable triage model; train it again."
OTHER = "模型由另一版本的邻里训练，请重新训练。 Trained by another version of Linli; train it again."


def write(model: Model, path: Path) -> None:
    """Write a model; the same model always gives the same bytes."""
    path.write_bytes(to_bytes(model))


def read(path: Path) -> Model:
    """Read a model. Raises TriageError with a sentence when the file is none, is broken or is of another
    version, and OSError when it cannot be read at all."""
    return from_bytes(path.read_bytes())


def to_bytes(model: Model) -> bytes:
    space = model.space
    about = {
        "format": FORMAT,
        "lexicon": lexicon_mark(),
        "labels": model.labels,
        "temperature": model.temperature,
        "learned_from": model.learned_from,
    }
    buffer = BytesIO()
    np.savez_compressed(
        buffer,
        about=np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8),
        offsets=model.offsets,
        title_columns=space.title_grams.columns,
        body_columns=space.body_grams.columns,
        allow_pickle=False,
        **{name: array.astype(np.float32) for name, array in _arrays(model).items()},
    )
    return buffer.getvalue()


def from_bytes(content: bytes) -> Model:
    try:
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes())
            if about["format"] != FORMAT or about["lexicon"] != lexicon_mark():
                raise TriageError(OTHER)
            arrays = {name: stored[name] for name in stored.files if name != "about"}
        return _model(about, arrays)
    except TriageError:
        raise
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as fault:
        raise TriageError(BROKEN) from fault


def _arrays(model: Model) -> dict[str, npt.NDArray[np.float64]]:
    space, weights = model.space, model.weights
    return {
        "title_gram_idf": space.title_grams.idf,
        "body_gram_idf": space.body_grams.idf,
        "title_idf": space.title_idf,
        "body_idf": space.body_idf,
        "title_centre": space.title_centre,
        "body_centre": space.body_centre,
        "title_weights": weights.title,
        "body_weights": weights.body,
        "dense_weights": weights.dense,
    }


def _model(about: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Model:
    labels = tuple(about["labels"])
    titles, bodies = arrays.pop("title_columns"), arrays.pop("body_columns")
    arrays = {name: array.astype(np.float64) for name, array in arrays.items()}
    groups = len(lexicon().groups)
    expected = {
        "offsets": (len(labels),),
        "title_gram_idf": (len(titles),),
        "body_gram_idf": (len(bodies),),
        "title_idf": (groups,),
        "body_idf": (groups,),
        "title_centre": (MEANING,),
        "body_centre": (MEANING,),
        "title_weights": (len(titles), len(labels)),
        "body_weights": (len(bodies), len(labels)),
        "dense_weights": (2 * groups + 2 * MEANING, len(labels)),
    }
    if {name: array.shape for name, array in arrays.items()} != expected:
        raise TriageError(BROKEN)
    if not all(np.isfinite(array).all() for array in arrays.values()) or not float(about["temperature"]) > 0:
        raise TriageError(BROKEN)
    space = Space(
        Grams(titles.astype(np.int64), arrays["title_gram_idf"]),
        Grams(bodies.astype(np.int64), arrays["body_gram_idf"]),
        *(arrays[name] for name in ("title_idf", "body_idf", "title_centre", "body_centre")),
    )
    weights = Weights(*(arrays[name] for name in ("title_weights", "body_weights", "dense_weights")))
    return Model(labels, space, weights, arrays["offsets"], float(about["temperature"]), int(about["learned_from"]))


def lexicon_mark() -> str:
    """Changes whenever the lexicon does, since its groups are columns of every model."""
    words = lexicon()
    return hashlib.sha256(repr((words.groups, sorted(words.member.items()))).encode()).hexdigest()[:16]
