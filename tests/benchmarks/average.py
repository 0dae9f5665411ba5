"""Average the weights of model files: `python tests/benchmarks/average.py A.safetensors=2 B.safetensors -o C`.

So the bundled `fusion` and `dcnn3` were made, from the runs that their cards tell, by `mattingapp train --from`. For
the scores in the cards that was done three times on a data set without the photos of one fold, which
`mattingapp evaluate --images NAMES --model C` then scored.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from mattingapp.matting.model import load_model, save_model


def main() -> None:
    """Write the mean, with the card of the last file but for its scores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", metavar="FILE[=PARTS]")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    pairs = (model.partition("=") for model in options.models)
    files, parts = zip(*((name, float(share or 1)) for name, _, share in pairs), strict=True)
    networks, cards = zip(*(load_model(Path(name)) for name in files), strict=True)
    states = [network.state_dict() for network in networks]
    mean = {
        name: sum(part * state[name].double() for part, state in zip(parts, states, strict=True)) / sum(parts)
        for name in states[0]
    }
    networks[-1].load_state_dict(mean)
    training = {**cards[-1].training, "averaged": list(options.models)}
    save_model(options.output, networks[-1], replace(cards[-1], training=training, scores={}))


if __name__ == "__main__":
    main()
