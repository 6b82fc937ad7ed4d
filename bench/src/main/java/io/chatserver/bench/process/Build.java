package io.chatserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A server that was built from this repository: from what is checked out, or from any commit.
 *
 * <p>Threads: one at a time.
 */
public final class Build {
  private static final Duration GIT_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(30);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern SECTION = Pattern.compile("\\[([a-z_.]+)]");
  private static final Pattern KEY = Pattern.compile("([a-z_]+)\\s*=.*");

  private final String name;
  private final Path launcher;
  private final Set<String> settings;

  private Build(String name, Path server, Path scratch) {
    this.name = name;
    try {
      // Without the archive of a start, which only one of two builds may have.
      var script =
          "#!/bin/sh\nJAVA_OPTS=\"-XX:AOTMode=off ${JAVA_OPTS:-}\" exec '" + server + "' \"$@\"\n";
      launcher = Files.writeString(scratch.resolve("server-" + name), script);
      Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
      settings = settingsOf(launcher, scratch.resolve("settings-" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The server that {@code bin/server} starts.
   *
   * @param scratch a directory for a few small files, which lives as long as the build is used
   */
  public static Build current(Path scratch) {
    return new Build("this", Repository.file("bin", "server"), scratch);
  }

  /**
   * The server of a commit. It is built by that commit's own {@code autobuild.sh} in a work tree
   * that is removed afterwards, and kept under {@code target/builds}.
   *
   * @param commit as git understands it
   * @param scratch as of {@link #current}
   */
  public static Build of(String commit, Path scratch) {
    var home = Repository.home();
    var id = identify(home, commit);
    var kept = home.resolve("target").resolve("builds").resolve(id);
    if (!Files.isDirectory(kept)) {
      build(home, id, kept, scratch);
    }
    return new Build("base", kept.resolve("bin").resolve("server"), scratch);
  }

  private static String identify(Path home, String commit) {
    var command =
        List.of("git", "-C", home.toString(), "rev-parse", "--verify", commit + "^{commit}");
    var id = ChildProcess.run("git rev-parse", command, GIT_TIMEOUT).strip();
    if (!COMMIT.matcher(id).matches()) {
      throw new ProcessFailed("not a commit: " + commit);
    }
    return id;
  }

  private static void build(Path home, String id, Path kept, Path scratch) {
    var tree = scratch.resolve("tree").toAbsolutePath().toString();
    // A build that was interrupted left its work tree in the list.
    git(home, "worktree", "prune");
    git(home, "worktree", "add", "--detach", tree, id);
    try {
      shell("autobuild.sh", "cd \"$0\" && exec ./autobuild.sh build", BUILD_TIMEOUT, tree);
      // A partial copy never gets the name.
      var keep =
          "set -e; mkdir -p \"$1.new/server/target\"; cp -R \"$0/bin\" \"$1.new/\";"
              + " cd \"$0/server/target\"; cp -R chatserver-server.jar lib \"$1.new/server/target/\";"
              + " mv \"$1.new\" \"$1\"";
      shell("cp", keep, GIT_TIMEOUT, tree, kept.toAbsolutePath().toString());
    } finally {
      git(home, "worktree", "remove", "--force", tree);
    }
  }

  private static void git(Path home, String... words) {
    var command = new ArrayList<>(List.of("git", "-C", home.toString()));
    command.addAll(List.of(words));
    ChildProcess.run("git " + words[0], command, GIT_TIMEOUT);
  }

  private static void shell(String what, String script, Duration timeout, String... arguments) {
    var command = new ArrayList<>(List.of("sh", "-c", script));
    command.addAll(List.of(arguments));
    ChildProcess.run(what, command, timeout);
  }

  private static Set<String> settingsOf(Path launcher, Path file) throws IOException {
    shell(
        "server --print-config",
        "exec \"$0\" --print-config >\"$1\"",
        START_TIMEOUT,
        launcher.toString(),
        file.toString());
    return settingsIn(Files.readString(file));
  }

  /** The keys of a configuration, as {@code section.key}. */
  static Set<String> settingsIn(String toml) {
    var keys = new HashSet<String>();
    var section = "";
    for (var line : toml.lines().map(String::strip).toList()) {
      var header = SECTION.matcher(line);
      var key = KEY.matcher(line);
      if (header.matches()) {
        section = header.group(1) + ".";
      } else if (key.matches()) {
        keys.add(section + key.group(1));
      }
    }
    return keys;
  }

  /** Starts it on a free port, with those of the settings that it knows. */
  public ServerProcess start(Map<String, String> wanted) {
    var known = new HashMap<>(wanted);
    known.keySet().retainAll(settings);
    return ServerProcess.start(launcher, known);
  }

  @Override
  public String toString() {
    return name;
  }
}
