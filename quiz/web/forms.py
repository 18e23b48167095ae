"""What the forms of staff share."""

from wtforms import Form


def problems(form: Form) -> list[dict[str, str]]:
    """What is wrong with a form, for the summary at the top of its page: text, and the field it is about."""
    return [{"text": str(next(iter(errors))), "href": f"#{name}"} for name, errors in form.errors.items() if errors]
