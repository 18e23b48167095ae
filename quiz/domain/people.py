"""People: what their names and addresses have to be."""

from quiz.domain.errors import Invalid


def normalised_email(text: str) -> str:
    """An e-mail address as it is stored and compared: lower case, without spaces around it.

    Raises Invalid where it is none: an `@` within, no white space, 3 to 254 characters (RFC 5321, 4.5.3.1.3).
    """
    email = text.strip().lower()
    if not 3 <= len(email) <= 254 or "@" not in email[1:-1] or any(character.isspace() for character in email):
        raise Invalid(f"Give an e-mail address such as ada@example.org, not {text.strip()!r}.", "email")
    return email
