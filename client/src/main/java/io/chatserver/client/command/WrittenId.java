package io.chatserver.client.command;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.UserId;
import java.util.OptionalInt;

/** How people write ids: digits only. Anything else is a name. */
public final class WrittenId {
  private WrittenId() {}

  /**
   * The id, or empty where the text is a name.
   *
   * @throws UnknownNameException if it is a number that no id can be
   */
  public static OptionalInt parse(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalInt.empty();
    }
    try {
      int id = Integer.parseInt(text);
      if (id > 0) {
        return OptionalInt.of(id);
      }
    } catch (NumberFormatException _) {
      // Too long: refused below.
    }
    throw new UnknownNameException(text + " is not an id");
  }

  /**
   * Whom a login means.
   *
   * @throws UnknownNameException if it is a number that no id can be
   */
  public static Command.Identity identity(String text) {
    var id = parse(text);
    return id.isPresent()
        ? new Command.Identity.ById(new UserId(id.getAsInt()))
        : new Command.Identity.ByName(text);
  }
}
