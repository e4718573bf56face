"""How units and areas hang together over time. Pure: edges in, sets of ids out."""

from collections.abc import Iterable, Mapping
from datetime import date


def holds_on(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether something dated is true on that day; both ends belong to it."""
    return valid_from <= day and (valid_to is None or day <= valid_to)


def reach(start: Iterable[int], *edges: Mapping[int, Iterable[int]]) -> frozenset[int]:
    """Everything that can be reached from `start` over any of the edges, `start` included."""
    reached: set[int] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node in reached:
            continue
        reached.add(node)
        for edge in edges:
            waiting.extend(edge.get(node, ()))
    return frozenset(reached)
