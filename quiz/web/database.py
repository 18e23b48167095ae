"""The database as Flask holds it: its engine is the store that services are given, and migrations know its tables."""

from flask_sqlalchemy import SQLAlchemy

from quiz.store.database import Base

db = SQLAlchemy(model_class=Base)
