package quiz.lab;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import javax.servlet.ServletException;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.JarScanType;
import org.apache.tomcat.util.scan.StandardJarScanner;

/**
 * Answers a line of JSON with one line of JSON: deploys a small web application, sends its calls by real HTTP with a
 * cookie jar, and tells the answers.
 */
public final class TomcatHarness {
    private static final String CONTEXT = "/app";
    private static final String TAG_LIBRARIES = "taglibs";

    private final Tomcat tomcat = new Tomcat();
    private final Recorder recorder = new Recorder();
    private final Path base;

    private TomcatHarness() throws Exception {
        base = Files.createTempDirectory("tomcat");
        tomcat.setBaseDir(base.toString());
        tomcat.setPort(0);
        tomcat.getConnector();
        tomcat.getHost().getPipeline().addValve(recorder);
        tomcat.start();
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream replies = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        LogManager.getLogManager().reset();
        System.setOut(OutputSink.NOWHERE);
        System.setErr(OutputSink.NOWHERE);
        TomcatHarness harness = new TomcatHarness();
        replies.println("{\"ready\": true}");
        replies.flush();
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            Map<String, Object> question = Json.object(line);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("id", question.get("id"));
            try {
                answer.putAll(harness.answer(question));
            } catch (Throwable error) {
                answer.put("failed", String.valueOf(error));
            }
            replies.println(Json.write(answer));
            replies.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> answer(Map<String, Object> question) throws Exception {
        Map<String, String> pages = (Map<String, String>) question.get("pages");
        Map<String, Object> answer = new LinkedHashMap<>();
        Map<String, Object> seen = new LinkedHashMap<>();
        answer.put("observation", seen);
        seen.put("compiled", true);
        OutputSink out = new OutputSink(((Long) question.get("output")).intValue(), null);
        System.setOut(OutputSink.stream(out));
        try {
            Context context = deploy(write(pages, (Map<String, String>) question.get("classes")));
            if (context.getState() != LifecycleState.STARTED) {
                seen.put("thrown", thrown("org.apache.catalina.LifecycleException", "the application does not start"));
            } else {
                seen.put("responses", send((List<Map<String, Object>>) question.get("calls"), question));
            }
        } catch (HttpTimeoutException late) {
            seen.put("ended", false);
        } finally {
            out.shut();
            System.setOut(OutputSink.NOWHERE);
        }
        seen.put("printed", out.text());
        if (out.overflowed()) {
            seen.put("exceeded", "output");
        }
        return answer;
    }

    private static Map<String, Object> thrown(String kind, String message) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("kind", kind);
        told.put("message", message);
        return told;
    }

    /** `classes` are in base 64. */
    private Path write(Map<String, String> pages, Map<String, String> classes) throws IOException {
        Path folder = base.resolve("application");
        Files.createDirectories(folder.resolve("WEB-INF/classes"));
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Path file = folder.resolve(page.getKey()).normalize();
            if (!file.startsWith(folder)) {
                throw new IOException(page.getKey() + " lies outside of the application");
            }
            Files.createDirectories(file.getParent());
            Files.write(file, page.getValue().getBytes(StandardCharsets.UTF_8));
        }
        for (Map.Entry<String, String> one : classes.entrySet()) {
            Path file = folder.resolve("WEB-INF/classes/" + one.getKey().replace('.', '/') + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(one.getValue()));
        }
        return folder;
    }

    private Context deploy(Path folder) {
        Context context = tomcat.addWebapp(CONTEXT, folder.toString());
        // Of the libraries only those with tags are looked into; looking into all takes a second for each deployment.
        StandardJarScanner scanner = new StandardJarScanner();
        scanner.setScanManifest(false);
        scanner.setJarScanFilter((type, name) -> type == JarScanType.TLD && name.startsWith(TAG_LIBRARIES));
        context.setJarScanner(scanner);
        return context;
    }

    @SuppressWarnings("unchecked")
    private List<Object> send(List<Map<String, Object>> calls, Map<String, Object> question) throws Exception {
        HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                        .build();
        Duration patience = Duration.ofMillis((Long) question.get("milliseconds"));
        List<String> sessions = new ArrayList<>();
        List<Object> answers = new ArrayList<>();
        for (Map<String, Object> call : calls) {
            String address = "http://localhost:" + tomcat.getConnector().getLocalPort() + CONTEXT + call.get("path");
            String body = (String) call.get("body");
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address)).timeout(patience);
            ((Map<String, String>) call.get("headers")).forEach(request::header);
            request.method(
                    (String) call.get("method"),
                    body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String text = response.body();
            List<List<String>> headers = new ArrayList<>();
            response.headers().map().forEach((name, values) -> values.forEach(value -> headers.add(Arrays.asList(name, value))));
            headers.removeIf(header -> header.get(0).equalsIgnoreCase("date"));
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("status", response.statusCode());
            told.put("headers", named(headers, sessions));
            told.put("body", named(text, sessions));
            told.put("sent", named(recorder.last, sessions));
            answers.add(told);
        }
        return answers;
    }

    /** Headers in which sessions have stable names: the first one seen is s1. Ports have none at all. */
    private List<List<String>> named(List<List<String>> headers, List<String> sessions) {
        List<List<String>> found = new ArrayList<>();
        for (List<String> header : headers) {
            int at = header.get(1).indexOf("JSESSIONID=");
            if (at >= 0) {
                String id = header.get(1).substring(at + 11).split("[;,\\s]", 2)[0];
                if (!sessions.contains(id)) {
                    sessions.add(id);
                }
            }
        }
        for (List<String> header : headers) {
            found.add(Arrays.asList(header.get(0), named(header.get(1), sessions)));
        }
        return found;
    }

    private String named(String text, List<String> sessions) {
        String found = text.replace("localhost:" + tomcat.getConnector().getLocalPort(), "localhost");
        for (int n = 0; n < sessions.size(); n++) {
            found = found.replace(sessions.get(n), "s" + (n + 1));
        }
        return found;
    }

    /** Keeps the headers of the last request as the server received them. */
    private static final class Recorder extends ValveBase {
        private volatile List<List<String>> last = new ArrayList<>();

        Recorder() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            List<List<String>> headers = new ArrayList<>();
            for (String name : Collections.list(request.getHeaderNames())) {
                for (String value : Collections.list(request.getHeaders(name))) {
                    headers.add(Arrays.asList(name, value));
                }
            }
            last = headers;
            getNext().invoke(request, response);
        }
    }
}
