package io.chatserver.client.view;

import io.chatserver.client.command.AddressBook;
import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.UserId;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * Shows messages as the original does, {@code TIME [ID]NAME said: TEXT}. Only the first line of a
 * message stands at the left edge, so that no text can pass for a message of somebody else.
 *
 * <p>Threads: any.
 */
final class MessageRenderer {
  private static final String INDENT = "    ";
  private static final String TAB = "    ";

  /** Below this there is no room for a text beside anything else. */
  private static final int MIN_WIDTH = 20;

  private static final List<Integer> NAME_COLOURS =
      List.of(
          AttributedStyle.CYAN,
          AttributedStyle.GREEN,
          AttributedStyle.YELLOW,
          AttributedStyle.MAGENTA,
          AttributedStyle.BLUE,
          AttributedStyle.RED);

  private final AddressBook addressBook;
  private final DateTimeFormatter timeFormat;
  private final boolean colours;

  MessageRenderer(AddressBook addressBook, ZoneId zone, boolean colours) {
    this.addressBook = addressBook;
    timeFormat = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(zone);
    this.colours = colours;
  }

  /** A message, as lines of at most so many columns. */
  AttributedString render(ChatMessage message, int terminalWidth) {
    int width = Math.max(MIN_WIDTH, terminalWidth);
    var shown = new AttributedStringBuilder();
    writeHead(message, shown);
    int firstWidth = width - shown.columnLength();
    for (var paragraph : message.text().split("\r?\n", -1)) {
      var safe = SafeText.of(paragraph.replace("\t", TAB));
      for (var line : LineWrapper.wrap(safe, firstWidth, width - INDENT.length())) {
        shown.append(line).append("\n").append(INDENT);
      }
      firstWidth = width - INDENT.length();
    }
    shown.setLength(shown.length() - INDENT.length() - 1);
    return shown.toAttributedString();
  }

  /** A change of a group's members, as one line. */
  AttributedString render(MemberEntry change) {
    var shown = new AttributedStringBuilder();
    writeGroup(change.conversation().group(), shown);
    shown.append(timeFormat.format(change.sentAt())).append(" ");
    writeUser(change.user(), change.userName(), shown);
    switch (change.change()) {
      case JOINED -> shown.append(" joined");
      case REMOVED -> {
        shown.append(" was removed by ");
        writeUser(change.sender(), change.senderName(), shown);
      }
    }
    return shown.toAttributedString();
  }

  private void writeGroup(GroupId group, AttributedStringBuilder out) {
    out.append("group[" + group + "]");
    out.append(SafeText.name(addressBook.nameOf(group)), style(group.value())).append(": ");
  }

  private void writeHead(ChatMessage message, AttributedStringBuilder out) {
    boolean direct = message.conversation().isDirect();
    if (!direct) {
      writeGroup(message.conversation().group(), out);
    }
    out.append(timeFormat.format(message.sentAt())).append(" ");
    writeUser(message.sender(), message.senderName(), out);
    if (direct && addressBook.isSelf(message.sender())) {
      out.append(" to ");
      writeUser(message.to(), addressBook.nameOf(message.to()), out);
    }
    out.append(" said: ");
  }

  private void writeUser(UserId user, String name, AttributedStringBuilder out) {
    out.append("[" + user + "]").append(SafeText.name(name), style(user.value()));
  }

  private AttributedStyle style(int id) {
    return colours
        ? AttributedStyle.DEFAULT.foreground(NAME_COLOURS.get(id % NAME_COLOURS.size()))
        : AttributedStyle.DEFAULT;
  }
}
