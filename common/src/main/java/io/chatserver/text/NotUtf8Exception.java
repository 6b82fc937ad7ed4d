package io.chatserver.text;

import java.io.IOException;

/** Text that is not in UTF-8. The message has the position and the likely encoding. */
public final class NotUtf8Exception extends IOException {
  NotUtf8Exception(String message) {
    super(message);
  }
}
