"""The jobs there are. A new one is a service function, its period, and a test."""

from datetime import timedelta

from quiz.services import operating
from quiz.services.delivery import admission, closing
from quiz.services.people import accounts, submissions
from quiz.worker import Job

JOBS = (
    Job("say that the worker is there", timedelta(minutes=1), operating.note_worker),
    Job("end attempts whose time is up", timedelta(seconds=15), closing.sweep),
    Job("forget browsers of candidates", timedelta(minutes=10), admission.forget_browsers),
    Job("forget sessions of staff", timedelta(minutes=10), accounts.forget_sessions),
    Job("forget forms that were sent", timedelta(hours=1), submissions.forget_submissions),
)
