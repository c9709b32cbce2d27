#!/usr/bin/python3
"""validate.py SCHEMA FILE...: every JSON value in the files (one each, or one a line) fits the schema."""
import json
import pathlib
import sys

import jsonschema


def values(text):
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]


schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
bad = 0
for name in sys.argv[2:]:
    for value in values(pathlib.Path(name).read_text(encoding="utf-8")):
        for error in validator.iter_errors(value):
            print(f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
            bad = 1
sys.exit(bad)
