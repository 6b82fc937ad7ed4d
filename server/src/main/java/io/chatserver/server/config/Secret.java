package io.chatserver.server.config;

import java.util.regex.Pattern;

/** A text that must not be shown. */
public record Secret(String value) {
  private static final Pattern PARAMETER = Pattern.compile("(?i)(passw(?:or)?d[^=&]*=)[^&)]*");

  /** From a user's colon to the last {@code @}: rather too much than a part. */
  private static final Pattern BEFORE_HOST =
      Pattern.compile("^(jdbc:(?!sqlite:)[^:]*:(?:\\w+:)?/*[^:]*:|(?!jdbc:)[^:]*:/*).*@");

  @Override
  public String toString() {
    return "***";
  }

  /** A URL as it may be shown: without the passwords that can stand in it. */
  static String maskedUrl(String url) {
    var masked = PARAMETER.matcher(url).replaceAll("$1***");
    return BEFORE_HOST.matcher(masked).replaceAll("$1***@");
  }
}
