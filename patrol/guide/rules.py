"""Which card is whose, and where it lies."""

from dataclasses import dataclass

from ..accounts.rules import Role


@dataclass(frozen=True)
class Card:
    """What one role does with the log, step by step: an address under /huong-dan and a template with the sentences."""

    role: Role
    address: str
    template: str


CARDS = (
    Card(Role.PATROL_LEADER, "to-truong", "guide/patrol_leader.html"),
    Card(Role.DUTY_OFFICER, "truc-ban", "guide/duty_officer.html"),
    Card(Role.COMMANDER, "chi-huy", "guide/commander.html"),
    Card(Role.STAFF_CLERK, "tong-hop", "guide/staff_clerk.html"),
    Card(Role.ADMIN, "quan-tri", "guide/admin.html"),
    Card(Role.AUDITOR, "kiem-tra", "guide/auditor.html"),
)
BY_ADDRESS = {card.address: card for card in CARDS}


def own_first(role: str) -> list[Card]:
    """Every card, this role's own before the others."""
    return sorted(CARDS, key=lambda card: card.role != role)
