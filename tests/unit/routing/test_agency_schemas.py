"""The schemas that agencies read are those of the contracts."""

from deploy.conformance.schemas import FOLDER, schemas, text_of


def test_the_committed_schemas_are_those_of_the_contracts():
    """`python -m deploy.conformance.schemas` writes them anew."""
    committed = {path.stem: path.read_text() for path in FOLDER.glob("*.json")}
    assert committed == {name: text_of(schema) for name, schema in schemas().items()}
