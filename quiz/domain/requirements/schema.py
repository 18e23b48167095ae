"""How the files of the vocabulary are written: the schema that they are checked by, and that editors use."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from quiz.domain.requirements.vocabulary import Measure, Requirement
from quiz.domain.writing import ANY_SCALAR, ObjectiveId, ShortLine, Slug, Text, Truth, Whole, Written

Form = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), ANY_SCALAR]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{4}$")]
Link = Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=300)]


class MeasureEntry(Written):
    """A bank, or some of its groups and objectives, that measures a requirement."""

    bank: Slug
    weight: Whole = Field(default=1, ge=1, le=100, description="its share beside the other banks, relative")
    objectives: list[ObjectiveId] = Field(default=[], description="groups or objectives; the whole bank where left out")


class RequirementEntry(Written):
    """Something that postings ask for."""

    id: Slug
    name: ShortLine = Field(description="as a scorecard calls it")
    aliases: list[Form] = Field(default=[], description="how postings name it, in any letter case")
    exact: list[Form] = Field(default=[], description="names that count in exactly this letter case")
    unsure: list[Form] = Field(
        default=[], description="names that count only beside another requirement's or `only_with`"
    )
    only_with: list[Form] = Field(default=[], description="words beside which the names in `unsure` count")
    unless: list[Form] = Field(default=[], description="phrases in which a name means something else")
    includes: list[Slug] = Field(default=[], description="broader requirements that this one is a case of")
    category: Truth = Field(default=False, description="true where it only stands for something that is not named")
    sfia: list[Code] = Field(default=[], description="codes of SFIA 9")
    esco: Annotated[str, StringConstraints(pattern=r"^\d{4}(\.\d+)*$")] | None = Field(
        default=None, description="code of the nearest ESCO occupation"
    )
    onet: Annotated[str, StringConstraints(pattern=r"^\d\d-\d{4}\.\d\d$")] | None = Field(
        default=None, description="code of the nearest O*NET-SOC occupation"
    )
    measured: list[MeasureEntry] = Field(default=[], description="the banks whose questions measure it")
    declared: Literal["certificate", "years", "degree", "language", "yes or no"] | None = Field(
        default=None, description="what candidates say of it themselves"
    )
    verify: Link | None = Field(default=None, description="where the issuer confirms a certificate")
    not_assessed: Text | None = Field(
        default=None, description="why neither questions nor candidates tell, and what does"
    )

    @model_validator(mode="after")
    def _is_known_in_one_way(self) -> "RequirementEntry":
        if self.not_assessed and (self.measured or self.declared):
            raise ValueError("what is `not_assessed` is neither `measured` nor `declared`")
        if self.verify and self.declared != "certificate":
            raise ValueError("only a declared certificate is verified")
        if bool(self.unsure) > bool(self.only_with):
            raise ValueError("say in `only_with` beside which words the names in `unsure` count")
        if not self.aliases and not self.exact and not self.unsure:
            raise ValueError("name at least one of `aliases`, `exact` and `unsure`")
        return self


class RequirementFile(Written):
    """A file of the vocabulary: requirements of one area."""

    title: ShortLine
    technical: Truth = Field(default=True, description="false where its requirements name no technology")
    requirements: list[RequirementEntry] = Field(min_length=1)

    def entries(self) -> list[Requirement]:
        """The requirements of the file."""
        return [self._requirement(entry) for entry in self.requirements]

    def _requirement(self, entry: RequirementEntry) -> Requirement:
        told = dict(entry) | {"measured": tuple(Measure(m.bank, tuple(m.objectives), m.weight) for m in entry.measured)}
        lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
        return Requirement(**told | lists, area=self.title, technical=self.technical)
