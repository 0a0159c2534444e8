"""What all sections of the settings share, and the wording that several of them hold."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic.json_schema import DEFAULT_REF_TEMPLATE, GenerateJsonSchema, JsonSchemaMode
from pydantic_core import CoreSchema

from softdock.mappings.positions import Table
from softdock.mappings.problems import Place, Problem, nearest, quoted
from softdock.mappings.written import AsWritten, line, mistake


@dataclass(slots=True)
class Circumstances:
    """In what a file of settings is read, for validators that need more than a value."""

    directory: Path
    """Of the file: what it names by a relative path lies there."""
    problems: list[Problem] = field(default_factory=list)
    """For what a validator can place better than pydantic can."""
    lists: list[tuple[Place, frozenset[str]]] = field(default_factory=list)
    """Every list of identifiers that was read, to be compared with each other."""


class Section(BaseModel):
    """A table with a closed list of keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def keys_and_sayings(cls) -> dict[str, str]:
        """Every key of the section, with the first sentence of what is said about it."""
        return {
            each.alias or name: " ".join((each.description or "").split()).partition(". ")[0].rstrip(".")
            for name, each in cls.model_fields.items()
        }

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool | None = True,
        ref_template: str = DEFAULT_REF_TEMPLATE,
        schema_generator: type[GenerateJsonSchema] = AsWritten,
        mode: JsonSchemaMode = "validation",
        **more: Any,
    ) -> dict[str, Any]:
        """JSON schema for editors and for the reference; every key carries its description."""
        return super().model_json_schema(by_alias, ref_template, schema_generator, mode, **more)

    @model_validator(mode="before")
    @classmethod
    def _keys_are_known_and_complete(cls, value: object, info: ValidationInfo) -> object:
        """Tell unknown and missing keys here, where their places and their neighbours are at hand."""
        if not isinstance(value, Table) or not isinstance(info.context, Circumstances):
            return value
        problems = info.context.problems
        known = cls.keys_and_sayings()
        for name, each in cls.model_fields.items():
            key = each.alias or name
            if each.is_required() and key not in value:
                place = value.place
                absent = Place(place.file, place.line, place.column, place.inside(key))
                problems.append(Problem(absent, f"{quoted(key)} is missing.", f"{known[key]}."))
        if cls.model_config.get("extra") == "allow":
            return value
        for key in value:
            if key not in known:
                near = nearest(key, known)
                remedy = f"Did you mean {near}?" if near else f"The keys here are {', '.join(known)}."
                problems.append(Problem(value.key_place(key), f"{quoted(key)} is not a key here.", remedy))
        return Table(((key, node) for key, node in value.items() if key in known), value.place)


class Wording(Section):
    """A text for patrons: one for all languages, or one for each."""

    zh: Annotated[str, line(0)]
    """The text in Chinese."""
    en: Annotated[str, line(0)]
    """The text in English."""

    @model_validator(mode="before")
    @classmethod
    def _one_text_serves_both(cls, value: object) -> object:
        if isinstance(value, str):
            return {"zh": value, "en": value}
        if isinstance(value, list):
            raise mistake("A list cannot stand here.", "Write one text, or {zh: ..., en: ...}.")
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        table = handler.resolve_ref_schema(handler(schema))
        said = table.pop("description", "")
        return {"description": said, "anyOf": [{"type": "string"}, table]}

    def in_language(self, language: str) -> str:
        """The text in `language`; in English for one that is neither `zh` nor `en`."""
        return self.zh if language == "zh" else self.en
