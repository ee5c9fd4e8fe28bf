"""A checker for the part of JSON schema (draft-04) that `memgraph -S` uses. It refuses words that it does not know."""

import re
from datetime import datetime

TYPES = {"array": list, "object": dict, "string": str, "integer": int}


def problems(value, schema, root, place="$"):
    """What is wrong with `value`, as lines; none when it is what the schema says."""
    found = []
    for word, rule in schema.items():
        if word == "type" and (not isinstance(value, TYPES[rule]) or isinstance(value, bool)):
            found.append(f"{place} is not of type {rule}")
        elif word == "required":
            found += [f"{place} has no {name}" for name in rule if name not in value]
        elif word == "properties" and isinstance(value, dict):
            for name in rule.keys() & value.keys():
                found += problems(value[name], rule[name], root, f"{place}.{name}")
        elif word == "items" and isinstance(value, list):
            for number, item in enumerate(value):
                found += problems(item, rule, root, f"{place}[{number}]")
        elif word == "allOf":
            found += [line for part in rule for line in problems(value, part, root, place)]
        elif word == "anyOf":
            tried = [problems(value, part, root, place) for part in rule]
            found += min(tried, key=len) if all(tried) else []
        elif word == "pattern" and not (isinstance(value, str) and re.search(rule, value)):
            found.append(f"{place} does not match {rule}")
        elif word == "format" and rule == "date-time":
            datetime.fromisoformat(value.replace("Z", "+00:00"))
        elif word == "$ref":
            found += problems(value, definition(root, rule), root, place)
        elif word not in ("type", "properties", "items", "pattern", "$schema", "definitions"):
            raise AssertionError(f"the checker does not know {word}: {rule}")
    return found


def definition(root, reference):
    """What `#/definitions/NAME` refers to."""
    found = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found
