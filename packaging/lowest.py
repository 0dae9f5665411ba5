"""Print constraints that hold every dependency to the lowest version pyproject claims: `python packaging/lowest.py`.

`pip install -c` with them, and the suite, tell whether the claims are true. torch is left as installed unless it is
asked for: its old versions for Linux bring gigabytes of CUDA.
"""

import argparse
import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
LOWEST = re.compile(r"(?P<name>[\w.-]+)>=(?P<version>[\w.]+)")


def main() -> None:
    """Print a line a dependency."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--with", dest="wanted", action="append", default=[], metavar="NAME", help="torch, say"
    )
    wanted = parser.parse_args().wanted
    for dependency in tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["dependencies"]:
        requirement, _, marker = dependency.partition(";")
        found = LOWEST.match(requirement)
        if found and (found["name"] != "torch" or "torch" in wanted):
            print(f"{found['name']}=={found['version']}" + (f" ;{marker}" if marker else ""))


if __name__ == "__main__":
    main()
