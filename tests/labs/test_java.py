"""The Java lab: facts as javac and a launcher give them, and programs that would break a lesser one."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs.base import CONDITIONS, LabMissing, Worker
from quiz.labs.harmless_java import reason_to_run_alone
from quiz.labs.java import JavaLab, JavaWorker
from quiz.labs.java_compiler import Compiled, sources

USUAL = CONDITIONS[0]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    lab = JavaLab()
    try:
        lab.environment("8")
    except LabMissing as missing:
        pytest.skip(str(missing))
    with lab.open("8") as worker:
        yield worker


def request(program: str = "", **more: Any) -> Request:
    return Request(lab="java", release="8", program=program, **more)


def main(body: str, around: str = "") -> str:
    """A program of which the body stands on line 3."""
    head = "public class Main {\n    public static void main(String[] args) throws Exception {\n"
    return f"{head}{body}\n    }}\n{around}\n}}\n"


def seen(worker: Worker, body: str, around: str = "", **more: Any) -> Observation:
    return worker.observe(request(main(body, around), **more), USUAL)


def test_output_is_exact(worker: Worker) -> None:
    assert seen(worker, 'System.out.print("a \\n\\n b\\r\\nü ");').printed == "a \n\n b\nü "


def test_what_goes_to_standard_error_is_no_output(worker: Worker) -> None:
    assert seen(worker, "System.err.println(1);").printed == ""


def test_every_error_is_told_with_its_line_and_not_just_those_of_the_first_phase(worker: Worker) -> None:
    found = seen(worker, 'int a = "x";\nint b;\nSystem.out.println(b);\nthrow new Exception2();')
    assert found.compiled is False
    assert [one.line for one in found.diagnostics] == [3, 6, 5] or sorted(one.line for one in found.diagnostics) == [
        3,
        5,
        6,
    ]
    assert "incompatible types" in found.diagnostics[0].message
    assert found.printed is None


def test_warnings_are_no_errors(worker: Worker) -> None:
    found = seen(worker, "java.util.List raw = new java.util.ArrayList(); raw.add(1); new Thread().stop();")
    assert (found.compiled, found.diagnostics) == (True, ())


def test_an_exception_has_its_name_message_and_the_line_in_the_program(worker: Worker) -> None:
    found = seen(worker, 'System.out.print("x");\nInteger.parseInt("y");')
    assert found.thrown is not None
    assert (found.thrown.kind, found.thrown.line) == ("java.lang.NumberFormatException", 4)
    assert found.thrown.message == 'For input string: "y"'
    assert found.printed == "x"


def test_an_exception_of_the_program_itself_and_in_an_initializer(worker: Worker) -> None:
    own = seen(worker, "throw new Own();", "static class Own extends Exception {}")
    assert own.thrown is not None
    assert own.thrown.kind == "Main$Own"
    early = seen(worker, "", 'static int n = 1 / Integer.parseInt("0");')
    assert early.thrown is not None
    assert early.thrown.kind == "java.lang.ExceptionInInitializerError"


def test_an_exit_ends_the_program_at_once_with_its_status(worker: Worker) -> None:
    found = seen(worker, 'try { System.out.println(1); System.exit(3); } finally { System.out.println("never"); }')
    assert (found.printed, found.exit, found.ended) == ("1\n", 3, True)


def test_release_8_is_kept_to(worker: Worker) -> None:
    found = seen(worker, 'var x = 1;\nString s = "a".repeat(2);')
    assert sorted(one.line for one in found.diagnostics) == [3, 4]


def test_input_and_arguments_reach_the_program(worker: Worker) -> None:
    body = "System.out.println(args[1] + new java.util.Scanner(System.in).nextLine());"
    assert seen(worker, body, input="typed\n", arguments=("a", "b")).printed == "btyped\n"


def test_a_class_without_main_is_compiled_and_not_run(worker: Worker) -> None:
    found = worker.observe(request("class A { int x; }"), USUAL)
    assert (found.compiled, found.printed) == (True, None)


@pytest.mark.parametrize(
    "program",
    [
        "class Other { }\npublic class Real { public static void main(String[] a) { System.out.print(1); } }",
        "package a.b;\ninterface I { }\nclass Real { public static void main(String[] a) { System.out.print(1); } }",
        '// public class Not\n/* public class Nor */ class A { String s = "public class No"; }\n'
        "final class B { public static void main(String... a) { System.out.print(1); } }",
        "enum E { A; public static void main(String[] a) { System.out.print(1); } }",
        "interface I { static void main(String[] a) { System.out.print(1); } }",
    ],
)
def test_the_class_that_is_run_is_the_one_a_launcher_would_be_given(worker: Worker, program: str) -> None:
    assert worker.observe(request(program), USUAL).printed == "1"


def test_further_files_are_compiled_along(worker: Worker) -> None:
    files = {"Helper.java": "class Helper { static int n() { return 7; } }"}
    assert seen(worker, "System.out.print(Helper.n());", files=files).printed == "7"
    wrong = seen(worker, "", files={"Helper.java": "class Helper {\n int n = true;\n}"})
    assert [one.line for one in wrong.diagnostics] == [0], "a line of another file is none of the program"


@pytest.mark.parametrize(
    ("expression", "value"),
    [("n + 1", "6"), ("n == 5", "true"), ("'a'", "a"), ("1.0f", "1.0"), ('"x" + n', "x5"), ("(Object) null", "null"),
     ("(byte) 200", "-56"), ("new int[0].length", "0"), ("10L", "10")],
)  # fmt: skip
def test_an_expression_is_evaluated_where_it_stands(worker: Worker, expression: str, value: str) -> None:
    assert seen(worker, "int n = 5;\n{{probe}}\nn = 6;", probe=expression).returned == value


def test_an_expression_beside_a_program_or_alone(worker: Worker) -> None:
    program = "package p; class Calc { static int twice(int n) { return 2 * n; } }"
    assert worker.observe(request(program, probe="Calc.twice(4)"), USUAL).returned == "8"
    assert worker.observe(request(probe="Math.max(3, 4)"), USUAL).returned == "4"


def test_an_expression_that_is_none_is_refused(worker: Worker) -> None:
    found = seen(worker, "{{probe}}", probe="unknown")
    assert (found.compiled, found.returned) == (False, None)
    assert [one.line for one in found.diagnostics] == [3]


def test_an_expression_that_was_never_reached_has_no_value(worker: Worker) -> None:
    assert seen(worker, "if (args.length > 5) {\n{{probe}}\n}", probe="1").returned is None


def test_circumstances_differ_between_conditions_and_are_the_same_within_one(worker: Worker) -> None:
    program = request(
        main(
            'System.out.println(java.util.Locale.getDefault() + " " + java.util.TimeZone.getDefault().getID() + " "'
            '+ Runtime.getRuntime().availableProcessors() + " " + new Object().hashCode());'
        )
    )
    told = [[worker.observe(program, condition).printed or "" for _ in range(2)] for condition in CONDITIONS]
    assert [line.split()[:3] for line, _ in told] == [
        [one.locale, one.time_zone, str(one.processors)] for one in CONDITIONS
    ]
    assert len({line.split()[3] for line, _ in told}) == len(CONDITIONS)


def test_what_a_program_changes_is_gone_for_the_next(worker: Worker) -> None:
    seen(worker, 'java.util.Locale.setDefault(java.util.Locale.CHINA); System.setProperty("line.separator", "!");'
                 "System.setOut(null); System.setIn(null); java.util.TimeZone.setDefault(null);")  # fmt: skip
    found = seen(worker, "System.out.println(java.util.Locale.getDefault());")
    assert found.printed == "en_US\n"


def test_threads_that_race_are_told(worker: Worker) -> None:
    body = "Thread t = new Thread(() -> System.out.print(System.nanoTime()));\nt.start();\nt.join();"
    assert seen(worker, body).unsteady
    assert not seen(worker, "Thread t = new Thread(() -> System.out.print(1));\nt.start();\nt.join();").unsteady


@pytest.mark.parametrize(
    "body",
    [
        "System.out.println(Arrays.asList(1, 2).stream().map(n -> n * 2).collect(Collectors.toList()));",
        "try { Object o = null; o.toString(); } catch (NullPointerException e) { } finally { args = null; }",
        "try (Scanner s = new Scanner(System.in)) { System.out.println(s.hasNext()); }",
        "class Mine extends RuntimeException { } try { throw new Mine(); } catch (Mine e) { }",
        'Comparator<String> c = Comparator.comparing(String::length); System.out.printf("%d", c.compare("a", "bc"));',
        "synchronized (Main.class) { Thread.sleep(1); }",
        "System.out.println(java.time.LocalDate.of(2024, 2, 29).plusYears(1).atStartOfDay());",
        "class Few<K, V> extends LinkedHashMap<K, V> { protected boolean removeEldestEntry(Map.Entry<K, V> e) { "
        "return true; } } System.out.println(new Few<String, String>().size());",
    ],
)
def test_ordinary_programs_share_a_virtual_machine(worker: Worker, body: str) -> None:
    assert compiled(worker, body).alone is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("System.setOut(null);", "System.setOut"),
        ("Runnable r = System::gc; r.run();", "System.gc"),
        ("System.exit(0);", "Guard.exit"),
        ("Locale.setDefault(Locale.US);", "Locale.setDefault"),
        ("Arrays.asList(1).parallelStream().count();", "List.parallelStream"),
        ("class Mine extends ArrayList<String> { } new Mine().parallelStream();", "Mine.parallelStream"),
        ("Stream.of(1).parallel().count();", "parallel"),
        ('"a".concat("b").intern();', "String.intern"),
        ('Class.forName("java.lang.System");', "Class.forName"),
        ("Main.class.getClassLoader();", "Class.getClassLoader"),
        ("class Mine extends ClassLoader { } new Mine();", "java/lang/ClassLoader"),
        ("class Mine extends Thread { } new Mine().start();", "java/lang/Thread"),
        ("new Thread(() -> { }).start();", "Thread.<init>"),
        ('new java.io.PrintWriter("left").close();', "PrintWriter.<init>"),
        ('new java.io.PrintStream("left").close();', "PrintStream.<init>"),
        ('new Scanner(new java.io.File("left"));', "File"),
        ("new Object() { protected void finalize() { } };", "finalize"),
        ("java.util.logging.Logger.getGlobal();", "Logger.getGlobal"),
        ('java.security.Security.setProperty("a", "b");', "Security.setProperty"),
        ("Runtime.getRuntime();", "Runtime.getRuntime"),
        ("java.util.concurrent.ForkJoinPool.commonPool();", "ForkJoinPool.commonPool"),
        ("new java.util.concurrent.ConcurrentHashMap<String, String>().forEach(1L, (k, v) -> { });", "forEach"),
        ('ResourceBundle.getBundle("a");', "ResourceBundle.getBundle"),
        ("Thread.currentThread().interrupt();", "Thread.interrupt"),
    ],
)
def test_whatever_is_not_known_to_be_harmless_runs_alone(worker: Worker, body: str, reason: str) -> None:
    assert reason in (compiled(worker, body).alone or "")


def compiled(worker: Worker, body: str) -> Compiled:
    assert isinstance(worker, JavaWorker)
    program = "import java.util.*;\nimport java.util.stream.*;\n" + main(body)
    made = worker._compiler.compiled(request(program))
    assert made.accepted, made.errors
    return made


def test_a_class_that_cannot_be_read_runs_alone() -> None:
    assert reason_to_run_alone({"A": b""}) == "a class that cannot be read"
    assert reason_to_run_alone({"A": b"\xca\xfe\xba\xbe" + b"\x00" * 40}) == "a class that cannot be read"


HOSTILE = {
    "endless loop": ("System.out.print(1); while (true);", {"printed": "1", "ended": False}),
    "endless initializer": ("new Bad();", {"ended": False}),
    "a gigabyte of output": ('String s = "x"; while (true) { System.out.print(s); s += s; }', {"exceeded": "output"}),
    "endless lines": ('while (true) System.out.println("again");', {"exceeded": "output"}),
    "all memory": ("java.util.List<long[]> l = new java.util.ArrayList<>(); while (true) l.add(new long[100000]);",
                   {"exceeded": "memory"}),
    "endless recursion": ("main(args);", {}),
    "a thread bomb": ("while (true) new Thread(() -> { while (true); }).start();", None),
    "a process bomb": ('new ProcessBuilder("sh", "-c", "f() { f | f & }; f").start().waitFor();', None),
    "a deadlock": ("synchronized (Main.class) { Thread t = new Thread(() -> { synchronized (Main.class) { } });"
                   "t.start(); t.join(); }", {"ended": False}),
    "halting": ("Runtime.getRuntime().halt(7);", None),
    "exiting by reflection": ('System.class.getMethod("exit", int.class).invoke(null, 9);', None),
    "killing what is around it": ('new ProcessBuilder("sh", "-c", "kill -9 -1").start().waitFor();', None),
    "answering in the harness's place": (
        'java.io.FileOutputStream o = new java.io.FileOutputStream(java.io.FileDescriptor.out);'
        'o.write("{\\"id\\": 1, \\"observation\\": {\\"printed\\": \\"forged\\"}}\\n".getBytes()); o.flush();', None),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("body", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_programs_are_contained_and_the_next_one_runs(worker: Worker, body: str, expected: Any) -> None:
    began = time.monotonic()
    found = seen(worker, body, "static class Bad { static { if (true) while (true); } }")
    assert time.monotonic() - began < 120, "this is a limit against hanging for ever, not a measure"
    for name, value in (expected or {}).items():
        assert getattr(found, name) == value
    assert found.printed != "forged"
    assert expected is not None or not found.whole or found.printed == ""
    assert seen(worker, 'System.out.print("next");').printed == "next"


def test_a_thread_left_behind_is_silenced(worker: Worker) -> None:
    left = "Thread t = new Thread(() -> { while (true) System.out.print(2); }); t.setDaemon(true); t.start();"
    assert seen(worker, left + "System.out.print(1);").ended
    assert seen(worker, "Thread.sleep(50); System.out.print(3);").printed == "3"


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/shadow", "/home", "/var", "/root/.ssh"])
def test_files_of_the_machine_are_not_there(worker: Worker, path: str) -> None:
    body = f'System.out.print(new java.io.File("{path}").exists());'
    assert seen(worker, body).printed == "false"


def test_there_is_no_network(worker: Worker) -> None:
    body = "System.out.print(java.util.Collections.list(java.net.NetworkInterface.getNetworkInterfaces()).size());"
    assert seen(worker, body).printed == "1", "nothing but loopback"


def test_a_file_is_named_by_its_public_type() -> None:
    assert sources(request("public final class A { }")).program == "A.java"
    assert sources(request("record Point(int x) { }")).preferred == "Point"
    assert sources(request("package a.b; public enum E { }")).preferred == "a.b.E"


def test_what_a_text_says_names_no_file_and_no_package() -> None:
    quoted = (
        'class Main {\n    String text = """\n        package a;\n        public class Quoted { }\n        """;\n}\n'
    )
    assert sources(request(quoted)).preferred == "Main"
    assert sources(request('class Main { String text = "public class Quoted { }"; }')).preferred == "Main"


@pytest.mark.parametrize("release", ["17", "21", "25"])
def test_newer_releases_run_on_a_newer_kit(release: str) -> None:
    try:
        assert JavaLab().environment(release).startswith("JDK ")
    except LabMissing as missing:
        pytest.skip(str(missing))
    program = (
        "record Point(int x) { public static void main(String[] a) { var p = new Point(1); System.out.print(p); } }"
    )
    with JavaLab().open(release) as worker:
        assert worker.observe(Request(lab="java", release=release, program=program), USUAL).printed == "Point[x=1]"
