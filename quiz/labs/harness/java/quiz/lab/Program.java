package quiz.lab;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One run of a compiled program, in a thread group and with output of its own. */
final class Program {
    private static final int MOST_THREADS = 256;
    private static final long MOMENT = 100;
    // A launcher's own loader is called so in messages; ours has a name that differs from run to run.
    private static final String LOADER = "quiz\\.lab\\.MemoryLoader @[0-9a-f]+";

    private final Map<String, byte[]> classes;
    private final ClassLoader parent;
    private final String main;
    private final String asked;
    private final String[] arguments;
    private final byte[] input;
    private final CountDownLatch over = new CountDownLatch(1);
    private final ThreadGroup group = new ThreadGroup("main");
    private Thread first;
    private volatile Throwable thrown;
    private volatile boolean ended;

    /** {@code asked} is the class in which the value of an expression is left, null where none is asked for. */
    Program(
            Map<String, byte[]> classes,
            ClassLoader parent,
            String main,
            String asked,
            List<String> arguments,
            String input) {
        this.classes = classes;
        this.asked = asked;
        this.parent = parent;
        this.main = main;
        this.arguments = arguments.toArray(new String[0]);
        this.input = input.getBytes(StandardCharsets.UTF_8);
    }

    /** The class whose main a launcher would take: one of these names if it can, else the first that has one. */
    static String mainOf(Map<String, byte[]> classes, ClassLoader parent, String preferred) {
        ClassLoader loader = new MemoryLoader(classes, parent);
        if (preferred != null && classes.containsKey(preferred) && isMain(loader, preferred)) {
            return preferred;
        }
        for (String name : classes.keySet()) {
            if (isMain(loader, name)) {
                return name;
            }
        }
        return null;
    }

    private static boolean isMain(ClassLoader loader, String name) {
        try {
            Method method = Class.forName(name, false, loader).getMethod("main", String[].class);
            return Modifier.isStatic(method.getModifiers()) && method.getReturnType() == void.class;
        } catch (ReflectiveOperationException | LinkageError none) {
            return false;
        }
    }

    /** Runs the program for at most so many milliseconds and tells what was seen, as an observation has it. */
    Map<String, Object> run(long milliseconds, int mostOutput) throws InterruptedException {
        OutputSink out = new OutputSink(mostOutput, over);
        OutputSink errors = new OutputSink(mostOutput, null);
        InputStream inBefore = System.in;
        Locale localeBefore = Locale.getDefault();
        TimeZone zoneBefore = TimeZone.getDefault();
        Properties propertiesBefore = (Properties) System.getProperties().clone();
        Guard.status = null;
        Guard.stop =
                new Runnable() {
                    @Override
                    public void run() {
                        out.shut();
                        ended = true;
                        over.countDown();
                    }
                };
        System.setOut(OutputSink.stream(out));
        System.setErr(OutputSink.stream(errors));
        System.setIn(new ByteArrayInputStream(input));
        MemoryLoader loader = new MemoryLoader(classes, parent);
        Runnable launch =
                new Runnable() {
                    @Override
                    public void run() {
                        launch(loader);
                    }
                };
        first = new Thread(group, launch, "main");
        first.setContextClassLoader(loader);
        first.start();
        over.await(milliseconds, TimeUnit.MILLISECONDS);
        out.shut();
        errors.shut();
        System.setOut(OutputSink.NOWHERE);
        System.setErr(OutputSink.NOWHERE);
        System.setIn(inBefore);
        Locale.setDefault(localeBefore);
        TimeZone.setDefault(zoneBefore);
        System.setProperties(propertiesBefore);
        return seen(out, loader);
    }

    /** Whether something of the program is still there, so that the virtual machine is no longer clean. */
    boolean lingers() throws InterruptedException {
        if (ended && Guard.status == null) {
            first.join(MOMENT);
        }
        Thread[] threads = new Thread[MOST_THREADS];
        for (int n = 0, count = group.enumerate(threads); n < count; n++) {
            if (threads[n].isAlive()) {
                return true;
            }
        }
        return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    }

    private void launch(ClassLoader loader) {
        try {
            Method method = Class.forName(main, true, loader).getMethod("main", String[].class);
            method.setAccessible(true);
            method.invoke(null, (Object) arguments);
        } catch (InvocationTargetException wrapped) {
            thrown = wrapped.getCause();
        } catch (Throwable other) {
            thrown = other;
        }
        awaitOthers();
        ended = true;
        over.countDown();
    }

    /** A virtual machine ends when the last thread does that is no daemon. */
    private void awaitOthers() {
        Thread[] threads = new Thread[MOST_THREADS];
        while (over.getCount() > 0) {
            int live = 0;
            for (int n = 0, count = group.enumerate(threads); n < count; n++) {
                if (threads[n] != Thread.currentThread() && !threads[n].isDaemon()) {
                    live++;
                }
            }
            if (live == 0) {
                return;
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException ignored) {
                // The program may interrupt its own main thread; the wait goes on.
            }
        }
    }

    private Map<String, Object> seen(OutputSink out, ClassLoader loader) {
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("compiled", true);
        seen.put("printed", out.text().replace("\r\n", "\n"));
        String value = asked == null ? null : value(loader);
        if (value != null) {
            seen.put("returned", value);
        }
        if (out.overflowed()) {
            seen.put("exceeded", "output");
        } else if (!ended) {
            seen.put("ended", false);
        }
        Throwable last = thrown;
        if (last instanceof OutOfMemoryError) {
            seen.put("exceeded", "memory");
        } else if (last != null) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("kind", last.getClass().getName());
            told.put("message", last.getMessage() == null ? "" : last.getMessage().replaceAll(LOADER, "'app'"));
            told.put("at", at(last));
            seen.put("thrown", told);
        } else if (Guard.status != null && Guard.status != 0) {
            seen.put("exit", Guard.status & 0xff);
        }
        return seen;
    }

    /** What the program left in the class that was made for it alone, under a name that it could not know. */
    private String value(ClassLoader loader) {
        try {
            return (String) Class.forName(asked, true, loader).getField("seen").get(null);
        } catch (ReflectiveOperationException | LinkageError none) {
            return null;
        }
    }

    /** The topmost frame that lies in the program: its source file and line. */
    private Map<String, Object> at(Throwable thrown) {
        Map<String, Object> place = new LinkedHashMap<>();
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (classes.containsKey(frame.getClassName())) {
                place.put("file", String.valueOf(frame.getFileName()));
                place.put("line", Math.max(0, frame.getLineNumber()));
                return place;
            }
        }
        place.put("file", "");
        place.put("line", 0);
        return place;
    }
}
