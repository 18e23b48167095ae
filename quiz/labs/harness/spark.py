"""The harness of the spark lab: a local Spark that runs one program, which may do to it what it likes."""

import importlib
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quiz.labs.harness import replies, spark_python
from quiz.labs.harness.replies import Answer
from quiz.labs.harness.spark_scala import MOST_ROWS, Interpreter

_POLL = 0.05


class Spark:
    """A running Spark, for programs in Python or Scala."""

    def __init__(self, language: str, processors: int, seconds: float, most: int, options: str) -> None:
        sql = importlib.import_module("pyspark.sql")
        classes = Path("classes").absolute()
        classes.mkdir()
        Path("warehouse").mkdir()
        settings = {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.driver.extraJavaOptions": f"{options} -Duser.home={Path.cwd()}",
            "spark.sql.session.timeZone": os.environ["TZ"],
            "spark.sql.shuffle.partitions": str(processors),
            "spark.sql.warehouse.dir": str(Path("warehouse").absolute()),
            "spark.ui.showConsoleProgress": "false",
            "spark.repl.class.outputDir": str(classes),
        }
        builder = sql.SparkSession.builder.master(f"local[{processors}]")
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._first = builder.getOrCreate()
        self._first.sparkContext.setLogLevel("OFF")
        # The sandbox's user has no name, and Hadoop's files want one.
        users = self._first._jvm.org.apache.hadoop.security.UserGroupInformation
        users.setLoginUser(users.createRemoteUser("spark"))
        # Nothing a program does first should be slow for being first.
        self._first.range(3).selectExpr("sum(id)").collect()
        self._scala = Interpreter(self._first, classes) if language == "scala" else None
        self._seconds, self._most = seconds, most

    def observe(self, question: dict[str, Any]) -> Answer:
        """Run a program in a thread of its own, and say what was seen until it ended or its time was up."""
        request = question["request"]
        facts: dict[str, Any] = {}
        broken: list[Exception] = []
        work = threading.Thread(target=_guarded, args=(lambda: self._run(request, facts), broken), daemon=True)
        work.start()
        until = time.monotonic() + self._seconds
        while work.is_alive() and time.monotonic() < until and not self._flooded():
            work.join(_POLL)
        if work.is_alive():
            why = {"exceeded": "output"} if self._flooded() else {"ended": False}
            return {"observation": {**facts, **why}}
        if broken:
            return {"failed": f"Spark cannot continue: {spark_python.plain(str(broken[0]))}"}
        return {"observation": facts}

    def _flooded(self) -> bool:
        return self._scala is not None and self._scala.size() > self._most

    def _run(self, request: dict[str, Any], facts: dict[str, Any]) -> None:
        if self._scala is None:
            result = spark_python.run(self._first, request, facts, self._most)
            if hasattr(result, "_jdf") and "thrown" not in facts:
                try:
                    facts["rows"] = self._rows(result)
                except Exception as error:
                    # Nothing was computed before: it is the program that fails here.
                    facts["thrown"] = spark_python.thrown(error)
        else:
            self._scala.run(request, facts)
        if len(facts.get("rows", ())) > MOST_ROWS:
            del facts["rows"]
            facts["exceeded"] = "output"

    def _rows(self, frame: Any) -> list[list[str]]:
        """The rows of a data frame, each value as Spark writes it, NULL for none."""
        named = frame.toDF(*(f"c{n}" for n in range(len(frame.columns))))
        texts = named.selectExpr(*(f"cast({name} as string)" for name in named.columns))
        return [["NULL" if value is None else value for value in row] for row in texts.take(MOST_ROWS + 1)]


def _guarded(run: Callable[[], None], broken: list[Exception]) -> None:
    """An exception that the program did not cause would be lost with its thread."""
    try:
        run()
    except Exception as error:
        broken.append(error)


def main() -> None:
    """Arguments: the language, processors, seconds for one request, bytes it may print, options of the JVM."""
    language, processors, seconds, most, options = sys.argv[1:]
    replies.serve(lambda: Spark(language, int(processors), float(seconds), int(most), options).observe)


if __name__ == "__main__":
    main()
