"""Documents: the words of a file that somebody uploads, whatever program wrote it.

Files are hostile until read. `limits` refuses what is too large, locked or holds programs before anything looks inside;
`reading` has a process of its own read the rest, with little memory and little time.
"""

from quiz.documents.limits import Unreadable
from quiz.documents.reading import document_text

__all__ = ["Unreadable", "document_text"]
