package io.chatserver.server.account;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The most common passwords, from a resource. Upper and lower case are equal. */
final class CommonPasswords {
  /** The shortest password in the list. */
  static final int MIN_LENGTH = 8;

  private final Set<String> passwords;

  private CommonPasswords(Set<String> passwords) {
    this.passwords = passwords;
  }

  /** An empty list. */
  static CommonPasswords none() {
    return new CommonPasswords(Set.of());
  }

  /** Loads the list: a comment, an empty line, then one password per line. */
  static CommonPasswords load() {
    try (var resource = CommonPasswords.class.getResourceAsStream("/common-passwords.txt");
        var reader =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(resource, "the list is missing"),
                    StandardCharsets.UTF_8))) {
      return new CommonPasswords(
          reader
              .lines()
              .dropWhile(line -> !line.isEmpty())
              .skip(1)
              .collect(Collectors.toUnmodifiableSet()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean contains(String password) {
    return passwords.contains(password.toLowerCase(Locale.ROOT));
  }
}
