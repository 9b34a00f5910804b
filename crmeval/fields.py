"""The tables an upload is mapped to, and the fields each can have.

Names for people are in the catalogue: `tables.<table>.name`, `tables.<table>.row`, `fields.<table>.<field>`.
"""

from dataclasses import dataclass

ID, TEXT, CATEGORY, DATETIME, NUMBER, MONEY, OUTCOME = (
    "id", "text", "category", "datetime", "number", "money", "outcome",
)  # fmt: skip
WON, LOST, OPEN = "won", "lost", "open"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table.

    `required`: the table is of no use unless a column is mapped to it. `row_needs`: a row in which it is
    empty or not understood is set aside; an empty cell of any other field is merely missing.
    """

    name: str
    kind: str
    required: bool = False
    row_needs: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: its fields in their order; `any_of` are alternatives of which at least one must be mapped.

    `made_here`: nobody fills it in; the app gives it out and knows it again when it comes back.
    """

    name: str
    fields: tuple[Field, ...]
    any_of: tuple[str, ...] = ()
    made_here: bool = False

    def __getitem__(self, field_name: str) -> Field:
        """The field with this name (KeyError where there is none)."""
        for field in self.fields:
            if field.name == field_name:
                return field
        raise KeyError(field_name)

    def __contains__(self, field_name: object) -> bool:
        """Whether the table has a field with this name."""
        return any(field.name == field_name for field in self.fields)

    @property
    def required(self) -> tuple[str, ...]:
        """Fields that must be mapped."""
        return tuple(field.name for field in self.fields if field.required)


def _key(name: str, kind: str = ID) -> Field:
    return Field(name, kind, required=True, row_needs=True)


USABILITY_ITEMS = tuple(f"q{number}" for number in range(1, 31))

TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        TableSpec(
            "deals",
            (
                _key("deal_id"),
                Field("created_at", DATETIME, required=True),
                Field("closed_at", DATETIME),
                Field("outcome", OUTCOME),
                Field("stage", CATEGORY),
                Field("pipeline", CATEGORY),
                Field("amount", MONEY),
                Field("customer_id", ID),
                Field("owner", CATEGORY),
                Field("team", CATEGORY),
                Field("source", CATEGORY),
                Field("product", CATEGORY),
            ),
        ),
        TableSpec(
            "stage_events",
            (
                _key("deal_id"),
                _key("stage", CATEGORY),
                _key("entered_at", DATETIME),
                Field("left_at", DATETIME),
                Field("owner", CATEGORY),
                Field("position", NUMBER),
            ),
        ),
        TableSpec(
            "activities",
            (
                _key("at", DATETIME),
                Field("deal_id", ID),
                Field("customer_id", ID),
                Field("kind", CATEGORY),
                Field("owner", CATEGORY),
                Field("minutes", NUMBER),
            ),
            any_of=("deal_id", "customer_id"),
        ),
        TableSpec(
            "records",
            (
                _key("record_id"),
                Field("entered_by", CATEGORY),
                Field("entered_at", DATETIME),
                Field("source", CATEGORY),
            ),
        ),
        TableSpec(
            "verified",
            (
                Field("record_id", ID),
                Field("field", CATEGORY),
                Field("entered", TEXT),
                Field("actual", TEXT),
                Field("verdict", CATEGORY),
                Field("checked_by", CATEGORY),
                Field("checked_at", DATETIME),
                Field("stratum", CATEGORY),
                Field("weight", NUMBER),
            ),
        ),
        TableSpec(
            "orders",
            (
                Field("customer_id", ID, required=True),
                _key("ordered_at", DATETIME),
                Field("amount", MONEY),
                Field("order_id", ID),
            ),
        ),
        TableSpec(
            "contracts",
            (
                _key("customer_id"),
                _key("started_at", DATETIME),
                Field("ended_at", DATETIME),
                Field("amount", MONEY),
            ),
        ),
        TableSpec(
            "feedback",
            (
                Field("score", NUMBER),
                Field("text", TEXT),
                Field("answered_at", DATETIME),
                Field("customer_id", ID),
                Field("scale", CATEGORY),
            ),
            any_of=("score", "text"),
        ),
        TableSpec(
            "usability",
            (
                *(Field(item, NUMBER) for item in USABILITY_ITEMS),
                Field("respondent", ID),
                Field("role", CATEGORY),
                Field("team", CATEGORY),
                Field("answered_at", DATETIME),
            ),
            any_of=USABILITY_ITEMS,
        ),
        TableSpec(
            "usage",
            (
                _key("user", CATEGORY),
                _key("period", DATETIME),
                Field("logins", NUMBER),
                Field("records_created", NUMBER),
                Field("records_changed", NUMBER),
                Field("minutes", NUMBER),
            ),
        ),
        TableSpec(
            "training",
            (
                _key("user", CATEGORY),
                _key("trained_at", DATETIME),
                Field("hours", NUMBER),
                Field("topic", CATEGORY),
            ),
        ),
        TableSpec(
            "costs",
            (
                _key("item", CATEGORY),
                _key("amount", MONEY),
                Field("category", CATEGORY),
                Field("period", CATEGORY),
                Field("per_user", CATEGORY),
                Field("from", DATETIME),
                Field("to", DATETIME),
            ),
        ),
        TableSpec("kpis", (_key("period", DATETIME),)),
        TableSpec(
            "fix_list",
            (
                _key("record_id"),
                _key("field", CATEGORY),
                Field("problem", CATEGORY, required=True),
                Field("value", TEXT),
                Field("suggestion", TEXT),
                Field("person", CATEGORY),
            ),
            made_here=True,
        ),
    )
}

LOOKUP = "lookup"  # a sheet that describes customers, products or people, joined to another table by its key
LEFT_OUT = ""  # a sheet the user does not want
