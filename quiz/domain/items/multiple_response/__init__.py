"""Multiple response: several right options, and the page says how many."""

from quiz.domain.items.kind import Kind
from quiz.domain.items.multiple_response.item import MultipleResponse
from quiz.domain.items.multiple_response.question import MultipleResponseQuestion

KIND = Kind(2, MultipleResponse, MultipleResponseQuestion)
