"""Programs that try to change what a lab reports of others: in every lab, what runs next is reported as it is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from quiz.domain.proofs.observations import Call, Observation, Request
from quiz.labs.base import CONDITIONS, LabMissing, Worker
from quiz.labs.registry import LABS
from quiz.services.authoring import proving
from quiz.services.authoring.bench import Bench
from tests.domain.samples import check

Open = Callable[[str], Worker]


@pytest.fixture(scope="module")
def opened() -> Iterator[Open]:
    """Opens a lab, as items name it, and keeps it open for all that is tried in it."""
    kept: dict[str, Worker] = {}
    with ExitStack() as stack:

        def open_lab(lab: str) -> Worker:
            if lab not in kept:
                name, _, release = lab.partition(" ")
                try:
                    LABS[name].environment(release or LABS[name].releases[0])
                except LabMissing as missing:
                    pytest.skip(str(missing))
                kept[lab] = stack.enter_context(LABS[name].open(release or LABS[name].releases[0]))
            return kept[lab]

        yield open_lab


@dataclass(frozen=True)
class Attack:
    """A program that leaves something behind, and one that would notice: it shows `clean` where all is as it was."""

    lab: str
    attacker: str
    victim: str
    clean: Any
    files: Mapping[str, str] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    condition: int = 0


def shown(seen: Observation) -> Any:
    """What an observation shows, whatever its lab calls it."""
    if seen.rows is not None:
        return seen.rows
    return seen.responses[-1].body if seen.responses else seen.printed or seen.returned or repr(seen)


def java(body: str, around: str = "") -> str:
    head = "import java.util.*;\npublic class Main {\n    public static void main(String[] args) throws Exception {\n"
    return f"{head}{body}\n    }}\n{around}\n}}\n"


UNSAFE = (
    'Class<?> c = Class.forName("sun.misc.Unsafe"); java.lang.reflect.Field f = c.getDeclaredField("theUnsafe");'
    "f.setAccessible(true); Object u = f.get(null);"
    'java.lang.reflect.Method at = c.getMethod("objectFieldOffset", java.lang.reflect.Field.class);'
)
PUT = 'c.getMethod("put{}", Object.class, long.class, {}.class).invoke(u, {}, at.invoke(u, {}), {});'


def put(kind: str, type: str, target: str, owner: str, value: str) -> str:
    """Writes over the field `value` of an object that everybody uses."""
    return UNSAFE + PUT.format(kind, type, target, f'{owner}.class.getDeclaredField("value")', value)


HOLD = "Thread t = new Thread(() -> { while (true) { %s } }); t.setDaemon(true); t.start(); Thread.sleep(50);"
FORGING = 'new java.io.PrintStream(System.out) { public void println(String s) { super.println("forged"); } }'
PLAIN = java('System.out.println("clean");')
JAVA = {
    "a boxed number by Unsafe": (
        java(put("Int", "int", "Integer.valueOf(5)", "Integer", "7")),
        java("Object five = 5; System.out.println(five);"),
        "5\n",
    ),
    "a boxed truth by Unsafe": (
        java(put("Boolean", "boolean", "Boolean.TRUE", "Boolean", "false")),
        java("Object yes = 1 < 2; System.out.println(yes);"),
        "true\n",
    ),
    "the letters of a constant by Unsafe": (
        java(put("Object", "Object", '"clean"', "String", '"dirty".getBytes()')),
        PLAIN,
        "clean\n",
    ),
    "standard output, again and again": (java(HOLD % f"System.setOut({FORGING});"), PLAIN, "clean\n"),
    "a property of security": (
        java('java.security.Security.setProperty("kept", "forged");'),
        java('System.out.println(java.security.Security.getProperty("kept"));'),
        "null\n",
    ),
    "the level of the root logger": (
        java('java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.FINEST);'),
        java('System.out.println(java.util.logging.Logger.getLogger("").getLevel());'),
        "INFO\n",
    ),
    "the default handler of exceptions": (
        java("Thread.setDefaultUncaughtExceptionHandler((t, e) -> System.out.println(\"forged\"));"),
        java("System.out.println(Thread.getDefaultUncaughtExceptionHandler());"),
        "null\n",
    ),
    "names of threads": (
        java("for (int n = 0; n < 3; n++) new Thread(() -> {}).start();"),
        java("System.out.println(new Thread().getName().length());"),
        "8\n",
    ),
    "a finalizer that prints later": (
        java("for (int n = 0; n < 1000; n++) new Late();",
             'static class Late { protected void finalize() { System.out.println("forged"); } }'),
        java('for (int n = 0; n < 3000; n++) { byte[] b = new byte[1 << 20]; } System.out.println("clean");'),
        "clean\n",
    ),
    "classes that no stack was left for": (
        java("down();", "static void down() { try { down(); } catch (Throwable full) { "
             "try { new Scanner(\"1,5\").useLocale(Locale.FRANCE).nextDouble(); } catch (Throwable more) { } } }"),
        java('System.out.println(new Scanner("1,5").useLocale(Locale.FRANCE).nextDouble());'),
        "1.5\n",
    ),
    "a file": (
        java('java.nio.file.Files.writeString(java.nio.file.Path.of("/tmp/left"), "x");').replace(
            "writeString", "write").replace(', "x")', ", new byte[1])").replace("Path.of", "Paths.get"),
        java('System.out.println(new java.io.File("/tmp/left").exists());'),
        "false\n",
    ),
    "a static field of the harness": (
        java('Class<?> c = ClassLoader.getSystemClassLoader().loadClass("quiz.lab.Guard");'
             'java.lang.reflect.Field f = c.getDeclaredField("status"); f.setAccessible(true); f.set(null, 3);'
             + HOLD % "f.set(null, 3);".replace("f.set", "try { f.set").replace(";", "; } catch (Exception e) { }")),
        PLAIN,
        "clean\n",
    ),
    "the clean-up of the virtual machine": (
        java('Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("forged")));'), PLAIN, "clean\n"
    ),
    "the locale, over and over": (
        java(HOLD % "Locale.setDefault(Locale.GERMANY);"),
        java('System.out.println(String.format("%.1f", 1.5));'),
        "1.5\n",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("attacker", "victim", "clean"), JAVA.values(), ids=JAVA)
def test_no_java_program_changes_what_is_reported_of_another(
    opened: Open, attacker: str, victim: str, clean: str
) -> None:
    worker = opened("java 8")
    attempt = worker.observe(Request(lab="java", release="8", program=attacker), CONDITIONS[0])
    assert attempt.compiled, "an attack that is not even compiled shows nothing"
    assert worker.observe(Request(lab="java", release="8", program=victim), CONDITIONS[0]).printed == clean


LIMITS = "import os, resource\nfor name in ('NOFILE', 'FSIZE', 'CPU', 'AS'):\n    try:\n        resource.prlimit("
PARENT = "os.getppid(), getattr(resource, 'RLIMIT_' + name), (1, 1))\n    except OSError:\n        pass\n"
SHELL_LIMITS = "for l in nofile fsize nproc as; do prlimit --pid $PPID --$l=1 2>/dev/null; done; true"
NODE = "require('child_process').spawnSync('sh', ['-c', `%s`.replaceAll('$PPID', process.ppid)])"
WSGI = "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [{body}]\n"
STEALING = (
    "import sys, os, json, gc\nmark = [q['id'] for q in gc.get_objects() if isinstance(q, dict) and 'request' in q"
    " and 'id' in q]\nfor fd in range(3, 64):\n    for one in mark:\n        try:\n            os.write(fd, b'\\n' + "
    "json.dumps({'id': one, 'observation': {'responses': [{'status': 200, 'body': 'forged'}]}}).encode() + b'\\n')\n"
    "        except OSError:\n            pass\n"
)
SERVLET = (
    "import javax.servlet.http.*;\npublic class One extends HttpServlet {{\n"
    "  protected void doGet(HttpServletRequest q, HttpServletResponse r) throws java.io.IOException {{ {} }} }}\n"
)
WEB_XML = (
    '<web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="4.0"><servlet><servlet-name>o</servlet-name>'
    "<servlet-class>One</servlet-class></servlet><servlet-mapping><servlet-name>o</servlet-name>"
    "<url-pattern>/one</url-pattern></servlet-mapping></web-app>"
)
ESCALATION = """\
CREATE TABLE t(a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN EXECUTE 'ALTER ROLE ALL SET extra_float_digits = -10'; RETURN NULL; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION f();
ALTER TABLE t ENABLE ALWAYS TRIGGER g;
"""
GET = (Call(path="/"),)
OTHERS = {
    "python, limits of the harness": Attack("python", LIMITS + PARENT, "print('clean')", "clean\n"),
    "python, a file": Attack(
        "python", "open('/tmp/left', 'w').close()", "import os\nprint(os.path.exists('/tmp/left'))", "False\n"
    ),
    "python, shared memory": Attack(
        "python", "open('/dev/shm/left', 'w').close()", "import os\nprint(os.listdir('/dev/shm'))", "[]\n"
    ),
    "python, a harness that is told to end": Attack(
        "python", "import os, signal\nos.kill(os.getppid(), signal.SIGTERM)", "print('clean')", "clean\n"
    ),
    "python, processors of the harness": Attack(
        "python",
        "import os\nos.sched_setaffinity(os.getppid(), {min(os.sched_getaffinity(0))})\nos.setpriority(0, "
        "os.getppid(), 19)",
        "import os\nprint(os.nice(0), os.getpriority(0, os.getppid()))",
        "0 0\n",
    ),
    "shell, limits of the harness": Attack("shell sh", SHELL_LIMITS, "echo clean > f; cat f", "clean\n"),
    "shell, a file": Attack("shell sh", "echo forged > /tmp/left", "cat /tmp/left || echo clean", "clean\n"),
    "javascript, limits of the harness": Attack(
        "javascript", NODE % SHELL_LIMITS, "require('fs').writeFileSync('f', 'x'); console.log('clean')", "clean\n"
    ),
    "javascript, a file": Attack(
        "javascript",
        "require('fs').writeFileSync('/tmp/left', '')",
        "console.log(require('fs').existsSync('/tmp/left'))",
        "false\n",
    ),
    "less, a plugin that limits the harness": Attack(
        "less",
        '@plugin "p.js";\n.a { b: c }',
        ".a { b: c }",
        ".a {\n  b: c;\n}\n",
        files={"p.js": NODE % SHELL_LIMITS},
    ),
    "sass, a style": Attack("sass", "$a: 1;\n.a { b: $a }", ".a { b: c }", ".a {\n  b: c;\n}\n"),
    "sqlite, a database in a file": Attack(
        "sql sqlite",
        "ATTACH '/tmp/left' AS l; CREATE TABLE l.t(a); INSERT INTO l.t VALUES (7);",
        "ATTACH '/tmp/left' AS l; SELECT count(*) FROM l.sqlite_master",
        (("0",),),
    ),
    "postgresql, settings of all roles": Attack(
        "sql postgresql",
        "SELECT 1",
        "SELECT 1::float8 / 3",
        (("0.3333333333333333",),),
        files={"setup.sql": ESCALATION},
        condition=1,
    ),
    "http, limits of the harness": Attack(
        "http", LIMITS + PARENT + WSGI.format(body="b'a'"), WSGI.format(body="b'clean'"), "clean", calls=GET
    ),
    "http, a file": Attack(
        "http",
        "open('/tmp/left', 'w').close()\n" + WSGI.format(body="b'a'"),
        WSGI.format(body="str(__import__('os').path.exists('/tmp/left')).encode()"),
        "False",
        calls=GET,
    ),
    "browser, windows and a worker that stay": Attack(
        "browser",
        "<script>for (let n = 0; n < 5; n++) open('/');localStorage.left = 1;"
        "setInterval(() => fetch('/'), 1);</script>",
        "<p>clean</p><script>console.log(localStorage.length, document.querySelector('p').firstChild.data)</script>",
        "0 clean\n",
    ),
    "servlet, properties": Attack(
        "servlet 4.0",
        SERVLET.format('System.setProperty("left", "forged"); r.getWriter().print("a");'),
        SERVLET.format('r.getWriter().print(System.getProperty("left"));'),
        "null",
        files={"WEB-INF/web.xml": WEB_XML},
        calls=(Call(path="/one"),),
    ),
    "spring, what a library keeps": Attack(
        "spring 5.3",
        java('org.springframework.core.SpringProperties.setFlag("left");'),
        java('System.out.println(org.springframework.core.SpringProperties.getFlag("left"));'),
        "false\n",
    ),
    "spark, properties of its virtual machine": Attack(
        "spark python",
        "sc._jvm.java.lang.System.setProperty('left', 'forged')\nspark.range(1).createOrReplaceTempView('kept')\n"
        "spark.range(1).write.saveAsTable('stays')\nspark.conf.set('spark.sql.ansi.enabled', 'true')",
        "print(sc._jvm.java.lang.System.getProperty('left'), spark.conf.get('spark.sql.ansi.enabled'),"
        " spark.catalog.listTables())",
        "None false []\n",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("attack", OTHERS.values(), ids=OTHERS)
def test_nothing_changes_what_is_reported_of_what_runs_next(opened: Open, attack: Attack) -> None:
    worker = opened(attack.lab)
    lab = attack.lab.partition(" ")[0]
    for program, keeps in ((attack.attacker, True), (attack.victim, lab in ("http", "servlet"))):
        files = attack.files if keeps else {}
        request = Request(lab=lab, program=program, files=files, calls=attack.calls)
        seen = worker.observe(request, CONDITIONS[attack.condition])
    assert shown(seen) == attack.clean


def test_every_lab_is_attacked() -> None:
    assert {attack.lab.partition(" ")[0] for attack in OTHERS.values()} | {"java"} == set(LABS)


FORGERIES = {
    "python": "import os\nprint('said')\nfor n in range(3, 64):\n    try:\n        os.write(n, b'\\n{\"printed\": "
    "\"forged\", \"returned\": \"forged\"}\\n')\n    except OSError:\n        pass",
    "javascript": "console.log('said'); for (let n = 3; n < 64; n++) try { require('fs').writeSync(n, "
    "'\\n{\"printed\": \"forged\", \"returned\": \"forged\"}\\n') } catch {}",
    "http": STEALING + WSGI.format(body="b'said'"),
}  # fmt: skip


@pytest.mark.parametrize("lab", FORGERIES)
def test_no_program_speaks_in_the_place_of_its_harness(opened: Open, lab: str) -> None:
    calls = GET if lab == "http" else ()
    seen = opened(lab).observe(Request(lab=lab, program=FORGERIES[lab], calls=calls), CONDITIONS[0])
    # What a program prints is its own, on whichever descriptor.
    assert "forged" not in repr(seen.model_copy(update={"printed": None}))
    assert shown(seen) in ("said", "said\n")


def test_a_java_program_cannot_hand_over_a_value_in_the_place_of_its_expression(opened: Open) -> None:
    program = java('{{probe}}\nquiz.lab.Probe.see("forged");')
    seen = opened("java 8").observe(Request(lab="java", release="8", program=program, probe="1 + 1"), CONDITIONS[0])
    assert seen.returned != "forged"


HONEST = """\
  - id: wrong
    kind: single choice
    difficulty: 2
    seconds: 60
    stem: What is printed?
    lab: java 8
    listing: |
      public class Five {
          public static void main(String[] args) {
              Object five = 5;
              System.out.println(five);
          }
      }
    options:
      - {text: "`7`", key: true, claim: {prints: "7"}, why: It is not.}
      - {text: "`5`", claim: {prints: "5"}, why: It is.}
    sources: [JLS SE 8 5.1.7]
"""
HOSTILE = """\
  - id: attack-%d
    kind: single choice
    difficulty: 2
    seconds: 60
    stem: What is printed?
    lab: java 8
    run:
      steady: Nothing of it depends on threads.
      program: |
        public class Main {
            // %d
            public static void main(String[] args) throws Exception {
                %s
                System.out.println(1);
            }
        }
    options:
      - {text: "`1`", key: true, claim: {prints: "1"}, why: It is.}
      - {text: "`2`", claim: {prints: "2"}, why: It is not.}
    sources: [JLS SE 8 5.1.7]
"""


@pytest.mark.slow
def test_one_bank_cannot_have_the_wrong_key_of_another_proven(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    attacks = "".join(HOSTILE % (n, n, put("Int", "int", "Integer.valueOf(5)", "Integer", "7")) for n in range(3))
    hostile = check(tmp_path / "a", {"a.yaml": f"objective: demo.1.1\nitems:\n{attacks}"})
    honest = check(tmp_path / "b", {"a.yaml": f"objective: demo.1.1\nitems:\n{HONEST}"})
    assert hostile.bank, hostile.problems
    assert honest.bank, honest.problems
    with Bench(LABS) as bench:
        if missing := proving.prove(hostile.bank, bench).unverified:
            pytest.skip(str(missing))
        outcome = proving.prove(honest.bank, bench)
    assert outcome.proven == []
    assert [problem.code for problem in outcome.problems] == ["key", "key"]
