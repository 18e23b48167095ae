"""The assemblies of published assessments: plans over the banks they were published with, ready to draw."""

from sqlalchemy.orm import Session

from quiz.domain.assembly import Assembly
from quiz.store import assessments, content
from quiz.store.remembered import Remembered

_ASSEMBLIES: Remembered[int, Assembly] = Remembered(100, one_at_a_time=True)


def assembly_of(session: Session, assessment_row: int) -> Assembly:
    """The plan of an assessment over the banks it was published with, ready to draw."""

    def read(_missing: list[int]) -> dict[int, Assembly]:
        plan = assessments.plan(session, assessment_row)
        pools = content.pools(session, assessments.bank_versions(session, assessment_row))
        return {assessment_row: Assembly(plan, pools)}

    return _ASSEMBLIES.among(session, [assessment_row], read)[assessment_row]
