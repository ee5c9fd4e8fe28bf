"""The JSON schema of what `memgraph` prints (draft-04)."""

from __future__ import annotations


def schema() -> str:
    """The JSON schema of the output (draft-04)."""
    import json

    return json.dumps(_schema(), indent=4) + "\n"


def _schema() -> dict[str, object]:
    def record(properties: dict[str, object], required: list[str], base: str = "") -> dict[str, object]:
        own: dict[str, object] = {"properties": properties}
        if required:
            own["required"] = required
        if not base:
            return {"type": "object", **own}
        return {"allOf": [{"$ref": f"#/definitions/{base}"}, own]}

    def named(type_: str, letter: str) -> dict[str, object]:
        return {
            "id": {"type": "string", "pattern": f"^{letter}/.*"},
            "type": {"type": "string", "pattern": f"^{type_}$"},
        }

    text: dict[str, object] = {"type": "string"}
    number: dict[str, object] = {"type": "integer"}
    sizes = ["private_bytes", "shared_bytes", "pss_bytes"]
    vmo_numbers = ["size_bytes", "parent_koid", "num_children", "num_mappings", "share_count", "committed_bytes"]

    def array(of: dict[str, object]) -> dict[str, object]:
        return {"type": "array", "items": of}

    def reference(name: str) -> dict[str, object]:
        return {"$ref": f"#/definitions/{name}"}

    definitions: dict[str, object] = {
        "meta": record(
            {"type": {"type": "string", "pattern": "^__"}, "timestamp": {"type": "string", "format": "date-time"}},
            ["type"],
        ),
        "_node": record(dict.fromkeys(("id", "type", "parent", "name"), text), ["id", "type", "parent", "name"]),
        "kernel": record({**named("kernel", "kernel"), "size_bytes": number}, ["size_bytes"], "_node"),
        "_task": record({"koid": number}, ["koid"], "_node"),
        "job": record(named("j", "j"), [], "_task"),
        "process": record(
            {
                **named("p", "p"),
                **dict.fromkeys(sizes, number),
                "vmos": array(reference("vmo")),
                "vmo_refs": array(reference("vmo_ref")),
            },
            sizes,
            "_task",
        ),
        "thread": record({**named("t", "t"), "state": text}, ["state"], "_task"),
        "vmo": record({"koid": number, "name": text, **dict.fromkeys(vmo_numbers, number)}, ["koid"]),
        "vmo_ref": record({"vmo_koid": number, "via": array(text), "handle_rights": array(text)}, ["vmo_koid", "via"]),
    }
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "array",
        "items": {"anyOf": [reference(name) for name in ("meta", "kernel", "job", "process", "thread")]},
        "definitions": definitions,
    }
