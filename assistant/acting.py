"""Who acts in a sentence, held against who acts in what it cites."""

import re
from collections.abc import Sequence

from assistant.evidence import Evidence
from assistant.names import audiences_in, stands_for, table
from assistant.overlap import alike, stems
from assistant.roles import Roles, roles
from assistant.rules import checking_rules
from assistant.types import Language
from ingest.french import fold

CLAUSE = re.compile(r"[,;:()]")


def actors(sentence: str, evidence: Evidence) -> list[str]:
    """Who acts is who acts where the passage says the same thing; who is served there does not become who acts, nor the reverse."""
    said = roles(sentence, evidence.language)
    wrong = {f"actor: {name}" for name in said.agents if not _acts(name, sentence, said, evidence)}
    turned = {name for name in said.served - evidence.served if name in evidence.agents}
    if evidence.receivers:
        turned |= {name for name in said.served if not stands_for(name, evidence.receivers) and not _near(name) & evidence.receivers}
    deed = re.search(checking_rules()["deeds"][evidence.language], fold(sentence))
    alone = deed and not said.agents and any(stem in evidence.deeds for stem in stems(deed[0], evidence.language))
    nobody = ["actor: none"] if alone else []
    return sorted(wrong) + nobody + [f"served: {name}" for name in sorted(turned)] + _audience(sentence, evidence)


def _acts(name: str, sentence: str, said: Roles, evidence: Evidence) -> bool:
    """Whether a body acts in the passage where it says what the sentence says."""
    if name not in table().actors:
        return bool({name, *_near(name)} & evidence.agents) and not _by_others(name, said, evidence)
    own = [clause for clause in CLAUSE.split(sentence) if name in roles(clause, evidence.language).agents]
    closest = _agents_of(alike(own[0] if own else sentence, evidence.clauses, evidence.language), evidence.language)
    joint = stands_for(name, evidence.actors) and closest <= said.agents
    if closest and not joint and not stands_for(name, closest):
        return False
    return closest == {name} or (stands_for(name, _acting(sentence, evidence)) and not _by_others(name, said, evidence))


def _acting(sentence: str, evidence: Evidence) -> frozenset[str]:
    """Who acts in the sentences most like this one, with the provisions' actors unless others act there alone."""
    near = _agents_of(alike(sentence, evidence.segments, evidence.language, 0.1), evidence.language)
    if not near:
        return evidence.agents
    return near | evidence.actors if near & evidence.actors or len(evidence.actors) == 1 else near


def _agents_of(pieces: Sequence[str], language: Language) -> frozenset[str]:
    return frozenset(name for piece in pieces for name in roles(piece, language).agents) & table().actors


def _by_others(name: str, said: Roles, evidence: Evidence) -> bool:
    """Whether something a body is said to do is done in the passage by others, who are not said to do it too, and nothing by it alone."""
    doers = [evidence.deeds[stem] for other, stem in said.deeds if other == name and stem in evidence.deeds]
    joint = stands_for(name, evidence.actors)
    others = [done_by for done_by in doers if not stands_for(name, done_by) and not (joint and done_by <= said.agents)]
    return bool(others) and not any(stands_for(name, done_by) and len(done_by) == 1 for done_by in doers)


def _audience(sentence: str, evidence: Evidence) -> list[str]:
    said = {mention.name for mention in audiences_in(fold(sentence))}
    return [f"audience: {who}" for who in sorted(said - evidence.audiences) if not _near(who) & evidence.audiences]


def _near(audience: str) -> frozenset[str]:
    return table().near.get(audience, frozenset())
