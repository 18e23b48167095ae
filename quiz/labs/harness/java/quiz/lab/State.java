package quiz.lab;

import java.util.Locale;
import java.util.Properties;
import java.util.TimeZone;

/** What all programs of a virtual machine share, as far as it can be looked at: a program that changes it was the last. */
final class State {
    private static final ThreadGroup ALL = all();

    private final Properties properties = (Properties) System.getProperties().clone();
    private final Locale locale = Locale.getDefault();
    private final Locale display = Locale.getDefault(Locale.Category.DISPLAY);
    private final Locale format = Locale.getDefault(Locale.Category.FORMAT);
    private final TimeZone zone = TimeZone.getDefault();
    private final Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    private final int threads = ALL.activeCount();

    private static ThreadGroup all() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    /** What is no longer as it was; null where all is. */
    String changed() {
        if (!System.getProperties().equals(properties)) {
            return "system properties";
        }
        if (!Locale.getDefault().equals(locale)
                || !Locale.getDefault(Locale.Category.DISPLAY).equals(display)
                || !Locale.getDefault(Locale.Category.FORMAT).equals(format)) {
            return "the locale";
        }
        if (!TimeZone.getDefault().equals(zone)) {
            return "the time zone";
        }
        if (Thread.getDefaultUncaughtExceptionHandler() != handler) {
            return "the handler of exceptions";
        }
        if (ALL.activeCount() > threads) {
            return "threads";
        }
        return boxesHold() ? null : "cached values";
    }

    /** Small numbers are boxed once for all programs. */
    private static boolean boxesHold() {
        for (int n = Byte.MIN_VALUE; n <= Byte.MAX_VALUE; n++) {
            boolean holds =
                    Integer.valueOf(n).intValue() == n
                            && Long.valueOf(n).longValue() == n
                            && Short.valueOf((short) n).shortValue() == n
                            && Byte.valueOf((byte) n).byteValue() == n
                            && (n < 0 || Character.valueOf((char) n).charValue() == n);
            if (!holds) {
                return false;
            }
        }
        return Boolean.TRUE.booleanValue() && !Boolean.FALSE.booleanValue();
    }
}
