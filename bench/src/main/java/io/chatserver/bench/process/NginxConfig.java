package io.chatserver.bench.process;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The text of {@code nginx/nginx.conf}, and its form for a private nginx. */
record NginxConfig(String text) {
  private static final Pattern LISTEN =
      Pattern.compile("(?m)^(\\s*listen\\s+)(?:[\\w.*]+:)?8000\\b");
  private static final Pattern SERVER =
      Pattern.compile("(?m)^(\\s*server\\s+)127\\.0\\.0\\.1:\\d+");

  /** Stands for the node of a line that is left out. */
  private static final String ABSENT = "absent";

  private static final Pattern ABSENT_SERVER =
      Pattern.compile("(?m)^\\s*server\\s+" + ABSENT + "[^\\n]*\\n");
  private static final Pattern PID = Pattern.compile("(?m)^(\\s*pid\\s+)\\S+;");
  private static final Pattern ERROR_LOG = Pattern.compile("(?m)^(\\s*error_log\\s+)[^;]+;");
  private static final Pattern ACCESS_LOG = Pattern.compile("(?m)^(\\s*access_log\\s+)/[^\\s;]+");
  private static final Pattern TLS_LISTEN =
      Pattern.compile("(?m)^(\\s*listen\\s+)(?:[\\w.*]+:)?8443\\b");
  private static final Pattern CERTIFICATE =
      Pattern.compile("(?m)^(\\s*ssl_certificate\\s+)[^;]+;");
  private static final Pattern KEY = Pattern.compile("(?m)^(\\s*ssl_certificate_key\\s+)[^;]+;");
  private static final Pattern TLS_PART = Pattern.compile("(?m)^(\\s*)# *(include tls\\.conf;)");
  private static final Pattern PROXY_PROTOCOL =
      Pattern.compile("(?m)^(\\s*)proxy_protocol\\s+on\\s*;");

  /** Whether nodes are told the addresses of clients. */
  boolean tellsClientAddress() {
    return PROXY_PROTOCOL.matcher(text).find();
  }

  /**
   * For a process of ours: in the foreground, its files in a directory, on other ports.
   *
   * @param nodes what stands for the servers of the upstream; where it has more, the last are left
   *     out
   */
  String at(Path directory, int port, List<Integer> nodes) {
    var listening = replaced(text, LISTEN, "$1127.0.0.1:" + port);
    var pid = replaced(listening, PID, "$1" + directory.resolve("nginx.pid") + ";");
    // What it says at its start is how it is known to be ready.
    var log = replaced(pid, ERROR_LOG, "$1stderr notice;");
    var placed = ACCESS_LOG.matcher(log).replaceAll("$1" + directory.resolve("access.log"));
    return "daemon off;\n" + withNodes(withSource(placed), nodes);
  }

  /** Returns {@code tls.conf} with the ports and files of a private nginx. */
  String tlsPartAt(Nginx.Tls tls) {
    var listening = replaced(text, TLS_LISTEN, "$1127.0.0.1:" + tls.port());
    var certified = replaced(listening, CERTIFICATE, "$1" + tls.signed().certificate() + ";");
    return withSource(replaced(certified, KEY, "$1" + tls.signed().key() + ";"));
  }

  /** The same with the part that speaks TLS. */
  NginxConfig withTlsPart() {
    return new NginxConfig(replaced(text, TLS_PART, "$1$2"));
  }

  private static String withSource(String text) {
    return PROXY_PROTOCOL.matcher(text).replaceAll("$0\n$1proxy_bind " + Nginx.SOURCE + ";");
  }

  private static String replaced(String text, Pattern pattern, String by) {
    var matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new ProcessFailed("nginx.conf has nothing like " + pattern);
    }
    return matcher.replaceAll(by);
  }

  private static String withNodes(String text, List<Integer> nodes) {
    var next = nodes.iterator();
    var changed =
        SERVER
            .matcher(text)
            .replaceAll(found -> {
              return next.hasNext() ? "$1127.0.0.1:" + next.next() : "$1" + ABSENT;
            });
    changed = ABSENT_SERVER.matcher(changed).replaceAll("");
    if (next.hasNext()) {
      throw new ProcessFailed("nginx.conf has fewer than " + nodes.size() + " servers");
    }
    return changed;
  }
}
