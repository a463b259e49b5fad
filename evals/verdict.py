"""Whether an answer passes."""

from assistant.types import Answer, Status
from evals.citing import cited_ids, groups_cited
from evals.saying import found_groups, said
from evals.types import QuestionRow

_ALL_OF = ("list", "comparison")
_SHARE = 0.8


def shortcomings(question: QuestionRow, answer: Answer) -> list[str]:
    """Why an answer does not pass; an empty list when it does.

    A question passes when all of this holds:
    - the status is the one expected;
    - every group of `must_contain` has one of its alternatives in the text;
    - nothing of `must_not_contain` is in the text;
    - where `answered` or `partial` is expected and there is evidence: at least 80 % of the groups of evidence are cited
      for a `list` or a `comparison`, and at least one group for any other category.
    An error is no answer and is not judged here.
    """
    why = [] if answer.status is question.status else [f"status {answer.status}, expected {question.status}"]
    found = found_groups(answer.text, question.must_contain)
    why += [f"does not say « {' / '.join(group)} »" for group, there in zip(question.must_contain, found, strict=True) if not there]
    why += [f"says « {term} »" for term in said(answer.text, question.must_not_contain)]
    return [*why, *_missing_evidence(question, answer)]


def _missing_evidence(question: QuestionRow, answer: Answer) -> list[str]:
    if not question.evidence or question.status not in (Status.ANSWERED, Status.PARTIAL):
        return []
    groups = len(question.evidence)
    cited = groups_cited(cited_ids(answer), question.evidence)
    enough = cited >= _SHARE * groups if question.category in _ALL_OF else cited >= 1
    return [] if enough else [f"cites {cited} of the {groups} passages that answer"]
