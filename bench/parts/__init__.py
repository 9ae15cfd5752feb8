"""The parts of larger benchmarks, each a module with `measure() -> list[Result]`."""
