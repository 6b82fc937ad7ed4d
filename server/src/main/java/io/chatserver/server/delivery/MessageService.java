package io.chatserver.server.delivery;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.group.GroupService;
import io.chatserver.server.message.Draft;
import io.chatserver.server.message.MessageLog;
import io.chatserver.server.session.Session;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes what users say: may they, and is it fit to be said.
 *
 * <p>Threads: as each method says.
 */
public final class MessageService {
  private static final int MAX_UTF8_PER_CHAR = 3;

  private final MessageLog<Send> log;
  private final AccountService accounts;
  private final GroupService groups;
  private final int maxTextBytes;

  /**
   * Creates it.
   *
   * @param maxTextBytes the longest text, in UTF-8
   */
  public MessageService(
      MessageLog<Send> log, AccountService accounts, GroupService groups, int maxTextBytes) {
    this.log = log;
    this.accounts = accounts;
    this.groups = groups;
    this.maxTextBytes = maxTextBytes;
  }

  /**
   * Takes a message if that can be done without asking the database; never blocks.
   *
   * @return false if it would have to; nothing was done then
   * @throws Rejected if the text is not fit, or too many messages wait
   */
  public boolean sendAtOnce(
      Session session,
      Frame.Request request,
      ConversationId conversation,
      @Nullable ClientMessageId clientId,
      String text) {
    if (!session.feed().knows(conversation)) {
      return false;
    }
    append(
        new Send(
            session,
            request,
            conversation,
            clientId,
            session.feed().rightsAsOf(conversation),
            text));
    return true;
  }

  /**
   * Takes a message to someone to whom the user has not spoken before; blocks.
   *
   * @throws Rejected as above, or if there is no such user
   */
  public void sendDirect(Session session, Frame.Request request, Command.SendDirect command) {
    var to = command.to();
    if (accounts.find(to).isEmpty()) {
      throw new Rejected(ErrorCode.NO_SUCH_USER, to.toString());
    }
    var conversation = ConversationId.direct(session.user(), to);
    append(new Send(session, request, conversation, command.clientId(), 0, command.text()));
  }

  /**
   * Takes a message to a group that the session does not know; blocks.
   *
   * @throws Rejected as above, or if there is no such group or the user is not in it
   */
  public void sendGroup(Session session, Frame.Request request, Command.SendGroup command) {
    var place = groups.enter(session.user(), command.group());
    if (place.isEmpty() && command.clientId() == null) {
      throw new Rejected(ErrorCode.NOT_A_MEMBER);
    }
    // One who is no member any more may repeat what was stored while it was one: the log knows.
    long rightsAsOf = place.orElse(Draft.NO_RIGHTS);
    var conversation = ConversationId.group(command.group());
    append(
        new Send(session, request, conversation, command.clientId(), rightsAsOf, command.text()));
  }

  private void append(Send send) {
    checkText(send.text());
    if (!log.append(send)) {
      throw new Rejected(ErrorCode.BUSY, "", MessageLog.RETRY_AFTER);
    }
  }

  private void checkText(String text) {
    if (text.isEmpty()) {
      throw new Rejected(ErrorCode.TEXT_EMPTY);
    }
    boolean surelyFits = text.length() * MAX_UTF8_PER_CHAR <= maxTextBytes;
    if (!surelyFits && text.getBytes(StandardCharsets.UTF_8).length > maxTextBytes) {
      throw new Rejected(ErrorCode.TEXT_TOO_LONG, "at most " + maxTextBytes + " bytes");
    }
  }
}
