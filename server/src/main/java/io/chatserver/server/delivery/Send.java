package io.chatserver.server.delivery;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Draft;
import io.chatserver.server.session.Session;
import org.jspecify.annotations.Nullable;

/** A message on its way into the log, and the request that waits to hear of it. */
public record Send(
    Session origin,
    Frame.Request request,
    ConversationId conversation,
    @Nullable ClientMessageId clientId,
    long rightsAsOf,
    String text)
    implements Draft {
  @Override
  public UserId sender() {
    return origin.user();
  }

  @Override
  public String senderName() {
    return origin.name();
  }

  @Override
  public String epoch() {
    return origin.feed().epoch().id();
  }

  Frame.Response answer(Reply reply) {
    return new Frame.Response(request.rid(), request.command().type(), reply);
  }
}
