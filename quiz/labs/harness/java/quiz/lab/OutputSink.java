package quiz.lab;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Takes what a program prints, up to a limit, until it is closed; after that, everything is lost. */
final class OutputSink extends OutputStream {
    static final PrintStream NOWHERE = stream(new OutputSink(0, null));
    static final Writer WRITER = new Writer() {
        @Override
        public void write(char[] text, int from, int length) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final int most;
    private final CountDownLatch onOverflow;
    private boolean closed;
    private boolean overflowed;

    /** The latch, where there is one, is counted down when a program prints more than it may. */
    OutputSink(int most, CountDownLatch onOverflow) {
        this.most = most;
        this.onOverflow = onOverflow;
    }

    static PrintStream stream(OutputSink sink) {
        try {
            return new PrintStream(sink, true, "UTF-8");
        } catch (java.io.UnsupportedEncodingException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public synchronized void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        if (closed) {
            return;
        }
        if (taken.size() + length > most) {
            closed = true;
            overflowed = true;
            if (onOverflow != null) {
                onOverflow.countDown();
            }
            return;
        }
        taken.write(bytes, from, length);
    }

    @Override
    public synchronized void close() {}

    synchronized void shut() {
        closed = true;
    }

    synchronized boolean overflowed() {
        return overflowed;
    }

    synchronized String text() {
        return new String(taken.toByteArray(), StandardCharsets.UTF_8);
    }
}
