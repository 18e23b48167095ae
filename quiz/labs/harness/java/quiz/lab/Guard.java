package quiz.lab;

import java.util.concurrent.locks.LockSupport;

/** What calls of System.exit are led to: the program ends, the virtual machine does not. */
public final class Guard {
    static volatile Runnable stop;
    static volatile Integer status;

    private Guard() {}

    /** A real exit never returns and runs no finally block: stop the output, then park for ever. */
    public static void exit(int code) {
        synchronized (Guard.class) {
            if (status == null) {
                status = code;
                stop.run();
            }
        }
        while (true) {
            LockSupport.park();
        }
    }
}
