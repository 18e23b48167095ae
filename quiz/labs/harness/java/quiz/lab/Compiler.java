package quiz.lab;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles sources in memory. The file managers are kept, because what they know of the platform is what takes time. */
final class Compiler {
    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    private static final int OWN = own();

    private final Map<String, StandardJavaFileManager> managers = new HashMap<>();

    /** What came of a compilation: class files by name where it went well, and the errors where it did not. */
    static final class Outcome {
        final Map<String, byte[]> classes = new LinkedHashMap<>();
        final List<Map<String, Object>> errors = new ArrayList<>();
        boolean compiled;
    }

    private static int own() {
        String version = System.getProperty("java.specification.version");
        return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
    }

    Outcome compile(Map<String, String> sources, int release, String classPath) throws IOException {
        Outcome outcome = new Outcome();
        if (sources.isEmpty()) {
            outcome.compiled = true;
            return outcome;
        }
        List<String> options = new ArrayList<>(Arrays.asList("-proc:none", "-g", "-nowarn", "-Xmaxerrs", "200"));
        // Without this, javac stops at the first phase that fails and keeps the errors of later ones to itself.
        options.add("-XDshould-stop.ifError=FLOW");
        if (release != OWN) {
            options.addAll(Arrays.asList("--release", String.valueOf(release)));
        }
        List<JavaFileObject> files = new ArrayList<>();
        sources.forEach((name, text) -> files.add(new Source(name, text)));
        DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
        Memory memory = new Memory(manager(classPath));
        outcome.compiled = JAVAC.getTask(OutputSink.WRITER, memory, told, options, null, files).call();
        for (Diagnostic<? extends JavaFileObject> one : told.getDiagnostics()) {
            if (one.getKind() == Diagnostic.Kind.ERROR) {
                Map<String, Object> error = new LinkedHashMap<>();
                error.put("file", one.getSource() instanceof Source ? one.getSource().getName() : "");
                error.put("line", Math.max(0, one.getLineNumber()));
                error.put("message", one.getMessage(Locale.ENGLISH));
                outcome.errors.add(error);
            }
        }
        if (outcome.compiled) {
            for (Map.Entry<String, ClassFile> made : memory.made.entrySet()) {
                outcome.classes.put(made.getKey(), Exits.guarded(made.getValue().bytes.toByteArray()));
            }
        }
        return outcome;
    }

    private StandardJavaFileManager manager(String classPath) throws IOException {
        StandardJavaFileManager known = managers.get(classPath);
        if (known == null) {
            known = JAVAC.getStandardFileManager(null, null, StandardCharsets.UTF_8);
            List<File> parts = new ArrayList<>();
            for (String part : classPath.split(File.pathSeparator)) {
                if (!part.isEmpty()) {
                    parts.add(new File(part));
                }
            }
            known.setLocation(StandardLocation.CLASS_PATH, parts);
            managers.put(classPath, known);
        }
        return known;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String name;
        private final String text;

        Source(String name, String text) {
            super(URI.create("memory:///" + name), Kind.SOURCE);
            this.name = name;
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        @Override
        public String getName() {
            return name;
        }
    }

    private static final class ClassFile extends SimpleJavaFileObject {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ClassFile(String name) {
            super(URI.create("memory:///" + name.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    /** Keeps what is written; closing it does not close the manager that it stands on. */
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        final Map<String, ClassFile> made = new LinkedHashMap<>();

        Memory(JavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location at, String name, JavaFileObject.Kind kind, FileObject source) {
            ClassFile file = new ClassFile(name);
            made.put(name, file);
            return file;
        }

        @Override
        public void close() {}
    }
}
