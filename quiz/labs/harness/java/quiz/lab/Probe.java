package quiz.lab;

/** Where a program under observation leaves the value of the expression that is asked for. */
public final class Probe {
    static volatile String seen;

    private Probe() {}

    public static void see(boolean value) {
        seen = String.valueOf(value);
    }

    public static void see(char value) {
        seen = String.valueOf(value);
    }

    public static void see(int value) {
        seen = String.valueOf(value);
    }

    public static void see(long value) {
        seen = String.valueOf(value);
    }

    public static void see(float value) {
        seen = String.valueOf(value);
    }

    public static void see(double value) {
        seen = String.valueOf(value);
    }

    public static void see(Object value) {
        seen = String.valueOf(value);
    }
}
