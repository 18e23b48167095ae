"""Short text: a word or two, typed; several spellings may be accepted."""

from quiz.domain.items.kind import Kind
from quiz.domain.items.short_text.item import ShortText
from quiz.domain.items.short_text.question import ShortTextQuestion

KIND = Kind(4, ShortText, ShortTextQuestion)
