package quiz.lab;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Leads the System.exit of a class to {@link Guard}, by its constant pool (JVM Specification, 4.4). */
final class Exits {
    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int METHOD = 10;
    private static final int FIRST_COUNT = 8;

    private final byte[] code;
    private final int count;
    private final int end;
    private final int[] tags;
    private final int[] offsets;
    private final int[] left;
    private final int[] right;
    private final String[] texts;

    private Exits(byte[] code) throws IOException {
        this.code = code;
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(code));
        in.skipBytes(FIRST_COUNT);
        count = in.readUnsignedShort();
        tags = new int[count];
        offsets = new int[count];
        left = new int[count];
        right = new int[count];
        texts = new String[count];
        for (int n = 1; n < count; n++) {
            offsets[n] = code.length - in.available();
            tags[n] = in.readUnsignedByte();
            switch (tags[n]) {
                case UTF8:
                    texts[n] = in.readUTF();
                    break;
                case 3:
                case 4:
                    in.readInt();
                    break;
                case 5:
                case 6:
                    in.readLong();
                    n++; // long and double take two places
                    break;
                case CLASS:
                case 8:
                case 16:
                case 19:
                case 20:
                    left[n] = in.readUnsignedShort();
                    break;
                case 15:
                    in.readUnsignedByte();
                    left[n] = in.readUnsignedShort();
                    break;
                default:
                    left[n] = in.readUnsignedShort();
                    right[n] = in.readUnsignedShort();
            }
        }
        end = code.length - in.available();
    }

    /** The class with its exits led to the guard, or the same class where it has none. */
    static byte[] guarded(byte[] code) throws IOException {
        return new Exits(code).guarded();
    }

    private byte[] guarded() throws IOException {
        List<Integer> exits = new ArrayList<>();
        for (int n = 1; n < count; n++) {
            if (tags[n] == METHOD
                    && texts[left[left[n]]].equals("java/lang/System")
                    && texts[left[right[n]]].equals("exit")
                    && texts[right[right[n]]].equals("(I)V")) {
                exits.add(n);
            }
        }
        if (exits.isEmpty()) {
            return code;
        }
        // Two constants more: the guard's name, and the class of that name, which the calls then belong to.
        byte[] pool = Arrays.copyOf(code, end);
        put(pool, FIRST_COUNT, count + 2);
        for (int exit : exits) {
            put(pool, offsets[exit] + 1, count + 1);
        }
        ByteArrayOutputStream made = new ByteArrayOutputStream(code.length + 32);
        DataOutputStream out = new DataOutputStream(made);
        out.write(pool);
        out.writeByte(UTF8);
        out.writeUTF("quiz/lab/Guard");
        out.writeByte(CLASS);
        out.writeShort(count);
        out.write(code, end, code.length - end);
        return made.toByteArray();
    }

    private static void put(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }
}
