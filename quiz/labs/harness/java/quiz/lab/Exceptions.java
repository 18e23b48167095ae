package quiz.lab;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/**
 * The virtual machine's own log of exceptions. It tells where memory or stack ran out, though a program may have caught
 * that: a class of the library which was loaded just then is broken for all programs that follow.
 */
final class Exceptions {
    private static final long MOST = 1 << 20;

    private final RandomAccessFile log;

    /** Opens the log and takes its name away, so that nothing of it is left behind. */
    Exceptions(String file) throws IOException {
        log = new RandomAccessFile(file, "r");
        new File(file).delete();
        log.seek(log.length());
    }

    /** Whether the virtual machine itself ran short of something since the last look, or of too much to look through. */
    boolean tellOfShortage() throws IOException {
        long more = log.length() - log.getFilePointer();
        if (more > MOST) {
            return true;
        }
        byte[] told = new byte[(int) more];
        log.readFully(told);
        String text = new String(told, StandardCharsets.ISO_8859_1);
        return text.contains("'java/lang/StackOverflowError'")
                || text.contains("'java/lang/OutOfMemoryError'")
                || text.contains("'java/lang/InternalError'");
    }
}
