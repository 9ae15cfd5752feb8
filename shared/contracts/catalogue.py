"""Every fact there is, by its name on the wire. A fact that is not here cannot be sent or read."""

import inspect

from shared import contracts
from shared.contracts.base import Fact


def _concrete() -> list[type[Fact]]:
    models = (member for _, member in inspect.getmembers(contracts, inspect.isclass))
    return [model for model in models if issubclass(model, Fact) and "type" in vars(model)]


FACTS: dict[str, type[Fact]] = {model.schema_name(): model for model in _concrete()}
