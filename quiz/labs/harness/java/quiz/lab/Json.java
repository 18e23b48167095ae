package quiz.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much JSON as the protocol needs: objects, lists, texts, whole numbers, truth values, null. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        return (Map<String, Object>) new Json(text).value();
    }

    private Object value() {
        char next = skip();
        if (next == '{') {
            return members();
        }
        if (next == '[') {
            return elements();
        }
        if (next == '"') {
            return string();
        }
        int start = at;
        while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("null")) {
            return null;
        }
        return word.equals("true") || word.equals("false") ? (Object) Boolean.valueOf(word) : (Object) Long.valueOf(word);
    }

    private Map<String, Object> members() {
        Map<String, Object> found = new LinkedHashMap<>();
        at++;
        while (skip() != '}') {
            String name = string();
            skip();
            at++; // the colon
            found.put(name, value());
            if (skip() == ',') {
                at++;
            }
        }
        at++;
        return found;
    }

    private List<Object> elements() {
        List<Object> found = new ArrayList<>();
        at++;
        while (skip() != ']') {
            found.add(value());
            if (skip() == ',') {
                at++;
            }
        }
        at++;
        return found;
    }

    private String string() {
        StringBuilder built = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            char c = text.charAt(at);
            if (c != '\\') {
                built.append(c);
                continue;
            }
            c = text.charAt(++at);
            int plain = "nrtbf".indexOf(c);
            if (c == 'u') {
                built.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                at += 4;
            } else {
                built.append(plain < 0 ? c : "\n\r\t\b\f".charAt(plain));
            }
        }
        at++;
        return built.toString();
    }

    private char skip() {
        while (text.charAt(at) <= ' ') {
            at++;
        }
        return text.charAt(at);
    }

    /** JSON on one line, in ASCII. */
    static String write(Object value) {
        StringBuilder built = new StringBuilder();
        write(built, value);
        return built.toString();
    }

    private static void write(StringBuilder built, Object value) {
        if (value instanceof Map) {
            char before = '{';
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                built.append(before);
                quote(built, entry.getKey().toString());
                built.append(':');
                write(built, entry.getValue());
                before = ',';
            }
            built.append(before == '{' ? "{}" : "}");
        } else if (value instanceof Iterable) {
            char before = '[';
            for (Object element : (Iterable<?>) value) {
                built.append(before);
                write(built, element);
                before = ',';
            }
            built.append(before == '[' ? "[]" : "]");
        } else if (value == null || value instanceof Boolean || value instanceof Number) {
            built.append(value);
        } else {
            quote(built, value.toString());
        }
    }

    private static void quote(StringBuilder built, String text) {
        built.append('"');
        for (int n = 0; n < text.length(); n++) {
            char c = text.charAt(n);
            if (c == '"' || c == '\\') {
                built.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                built.append(String.format("\\u%04x", (int) c));
            } else {
                built.append(c);
            }
        }
        built.append('"');
    }
}
