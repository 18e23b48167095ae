"""What can be read as a posting: text of a sensible length, in the language of the vocabulary."""

import re
import unicodedata
from collections import Counter

from quiz.domain.errors import Invalid

MOST_CHARACTERS = 100_000
"""Characters of a posting; the longest that people write have a tenth of it."""

_STOP_WORDS = {
    "English": "the and of to in for with you our is are will a as on be your we or that have from this an at by",
    "German": "und der die das in mit für von zu den sie wir ist ein eine im auf als du bei oder dein ihre nicht sind",
    "French": "et de la le les des en vous nous pour un une dans du au sur avec est votre notre que qui ou à aux sont",
    "Spanish": "y de la el los las en con para un una que del por se su nuestro es al tu como más sobre o somos te",
    "Italian": "e di la il le in per con un una del della che i gli si è nel da alla sono al dei delle tuo nostro o",
    "Dutch": "en de het een van in je met voor op te is wij dat zijn bij of als aan ons jij naar ook wat onze er om",
    "Portuguese": "e de a o que em para com um uma as os do da no na dos das por se é ao nossa você ou mais como sua",
    "Polish": "i w z na do się o oraz jest dla od po nie że za lub jak są przez twoje nasz masz w ramach",
    "Swedish": "och att i en ett av för med på som är vi du det till den har eller hos kommer om vår din inte",
}
"""The words that stand in every text of a language, whatever it is about."""
_COMMON = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_FEW = 12
"""Words below which a text does not tell its language."""


def refuse_unreadable(text: str) -> None:
    """Refuse what is no posting: nothing, too much, or no text. Raises Invalid."""
    if not any(map(str.isalnum, text)):
        raise Invalid("There is no text here. Paste the job description.", "posting")
    if len(text) > MOST_CHARACTERS:
        size = f"{len(text):,} characters, and at most {MOST_CHARACTERS:,} are read"
        raise Invalid(f"This is longer than a job description: it has {size}. Paste the posting alone.", "posting")
    odd = sum(
        unicodedata.category(letter) in ("Cc", "Cn", "Co", "Cs") and letter not in "\t\r\n\f\v" for letter in text
    )
    if "\0" in text or odd + text.count("\ufffd") > len(text) / 50:
        raise Invalid("This is not text: it looks like the bytes of a file. Copy the words of the posting.", "posting")


def foreign_language(text: str) -> str:
    """The language that a text seems to be in, where it is not English; empty where it is, or is too short to tell."""
    letters = [letter for letter in text if letter.isalpha()]
    scripts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in letters[:5000])
    script, count = scripts.most_common(1)[0] if scripts else ("LATIN", 0)
    if script != "LATIN" and count * 2 > len(letters[:5000]):
        return {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}.get(
            script, f"a language in {script.capitalize()} letters"
        )
    said = re.findall(r"[^\W\d_]+", text.lower())
    found = {language: sum(word in common for word in said) for language, common in _COMMON.items()}
    best = max(found, key=lambda language: found[language])
    if len(said) < _FEW or best == "English" or found[best] < 1.3 * found["English"]:
        return ""
    return best
