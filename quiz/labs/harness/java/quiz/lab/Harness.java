package quiz.lab;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers each line of JSON with one line of JSON, for as long as there is input.
 *
 * <p>{"compile": {name: source}, "release", "class_path"} gives the errors, or the classes; {"run": {name: class},
 * "main", "asked", "arguments", "input", "class_path", "milliseconds", "output", "times"} runs them and gives what was
 * seen, and what of the virtual machine is no longer as it was.
 */
public final class Harness {
    private static final Map<String, ClassLoader> LOADERS = new HashMap<>();
    private static Compiler compiler;
    private static Exceptions exceptions;

    private Harness() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream replies = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.setOut(OutputSink.NOWHERE);
        System.setErr(OutputSink.NOWHERE);
        exceptions = arguments.length > 0 ? new Exceptions(arguments[0]) : null;
        replies.println("{\"ready\": \"" + System.getProperty("java.version") + "\"}");
        replies.flush();
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            Map<String, Object> question = Json.object(line);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("id", question.get("id"));
            try {
                answer.putAll(question.containsKey("compile") ? compile(question) : run(question));
            } catch (Throwable error) {
                answer.put("failed", String.valueOf(error));
                answer.put("tired", true);
            }
            replies.println(Json.write(answer));
            replies.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> compile(Map<String, Object> question) throws Exception {
        String classPath = (String) question.get("class_path");
        int release = ((Long) question.get("release")).intValue();
        if (compiler == null) {
            // Not before it is needed: most virtual machines only run what another one has compiled.
            compiler = new Compiler();
        }
        Compiler.Outcome outcome = compiler.compile((Map<String, String>) question.get("compile"), release, classPath);
        Map<String, String> classes = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> one : outcome.classes.entrySet()) {
            classes.put(one.getKey(), Base64.getEncoder().encodeToString(one.getValue()));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("compiled", outcome.compiled);
        answer.put("errors", outcome.errors);
        answer.put("classes", classes);
        answer.put("main", Program.mainOf(outcome.classes, loader(classPath), (String) question.get("preferred")));
        return answer;
    }

    /** Several runs are for programs with threads: each with classes of its own, until one differs from the first. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> run(Map<String, Object> question) throws Exception {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        for (Map.Entry<String, String> one : ((Map<String, String>) question.get("run")).entrySet()) {
            classes.put(one.getKey(), Base64.getDecoder().decode(one.getValue()));
        }
        State before = new State();
        Map<String, Object> first = null;
        boolean tired = false;
        boolean unsteady = false;
        long times = (Long) question.get("times");
        for (int n = 0; n < times && !tired && !unsteady; n++) {
            Program program =
                    new Program(
                            classes,
                            loader((String) question.get("class_path")),
                            (String) question.get("main"),
                            (String) question.get("asked"),
                            (List<String>) question.get("arguments"),
                            (String) question.get("input"));
            Map<String, Object> seen =
                    program.run((Long) question.get("milliseconds"), ((Long) question.get("output")).intValue());
            tired = program.lingers() || exceptions != null && exceptions.tellOfShortage();
            unsteady = first != null && !seen.equals(first);
            first = first == null ? seen : first;
        }
        if (unsteady) {
            first.put("unsteady", true);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("observation", first);
        answer.put("changed", before.changed());
        answer.put("tired", tired);
        return answer;
    }

    /** What programs with this class path share; the harness itself is not among it. */
    private static ClassLoader loader(String classPath) throws MalformedURLException {
        ClassLoader known = LOADERS.get(classPath);
        if (known == null) {
            List<URL> parts = new ArrayList<>();
            for (String part : classPath.split(File.pathSeparator)) {
                if (part.endsWith(".jar")) {
                    parts.add(new File(part).toURI().toURL());
                }
            }
            known = new URLClassLoader(parts.toArray(new URL[0]), ClassLoader.getSystemClassLoader().getParent());
            LOADERS.put(classPath, known);
        }
        return known;
    }
}
