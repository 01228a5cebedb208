#!/bin/sh
# Makes .venv with the first Python >= 3.11 found; takes the name or path of one as an optional argument.
set -eu

# --clear would empty what it leads to
if [ -L .venv ]; then
  echo ".venv is a link to another folder; remove the link, and make sets up one of this folder's own." >&2; exit 1
fi

wanted=${1:-}
good() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
if [ -n "$wanted" ]; then
  if good "$wanted"; then python=$wanted; else
    echo "malisec needs Python 3.11 or newer; PYTHON=$wanted is not there, or older." >&2; exit 1
  fi
else
  for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if good "$name"; then python=$name; break; fi
  done
  if [ -z "$python" ]; then
    echo "malisec needs Python 3.11 or newer and found none on PATH." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3.12" >&2
    exit 1
  fi
fi

# Debian splits ensurepip off: without this the error would come from deep inside venv.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "$python cannot make virtual environments: its venv module is missing." >&2
  echo "On Debian and Ubuntu: apt install python3-venv" >&2
  exit 1
fi

echo "· Python environment in .venv ($("$python" --version))"
"$python" -m venv --clear .venv
