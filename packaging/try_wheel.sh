#!/usr/bin/env bash
# Build wheel and sdist, install the wheel away from the checkout, and use it there: command line, Python, window.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT
python3 -m venv "$away/venv"
"$away/venv/bin/pip" install -q build
"$away/venv/bin/python" -m build --outdir "$away/dist" "$root"
for unwanted in screenshot.png .ts; do
  if "$away/venv/bin/python" -m zipfile -l "$away"/dist/*.whl | awk '{print $1}' | grep -q "$unwanted\$"; then
    echo "the wheel holds $unwanted, which nobody needs there"; exit 1
  fi
done
"$away/venv/bin/pip" install -q -c "$root/constraints.txt" "$away"/dist/*.whl
cd "$away"
samples=$(venv/bin/python -c "from mattingapp.resources import resource; print(resource('samples'))")
case "$samples" in "$root"/*) echo "the checkout was used, not the wheel"; exit 1 ;; esac
venv/bin/mattingapp matte "$samples/hair.png" "$samples/hair_trimap.png" -o alpha.png
QT_QPA_PLATFORM=offscreen venv/bin/python - "$samples" <<'END'
import sys
from pathlib import Path
import numpy as np
from mattingapp.imaging.matte import read_alpha
from mattingapp.imaging.photo import read_photo
from mattingapp.imaging.trimap import read_trimap
from mattingapp.matting import estimate_alpha
samples = Path(sys.argv[1])
trimap = read_trimap(samples / "hair_trimap.png")[0]
alpha = estimate_alpha(read_photo(samples / "hair.png").pixels, trimap)
assert np.abs(alpha - read_alpha("alpha.png")).max() < 1 / 255
from PySide6.QtWidgets import QApplication
from mattingapp.gui import app
assert app
print("the wheel works away from the checkout")
END
