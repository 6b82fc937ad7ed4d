package io.chatserver.bench;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A user who reads one page after the other of a conversation, each at a place of its own, and
 * checks that it is that page.
 *
 * <p>Threads: where the answers come in; start and stop any.
 */
final class HistoryReader {
  private final VirtualUser user;
  private final ConversationId conversation;
  private final int messages;
  private final int limit;
  private final MessageText text;
  private final Meter meter;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile boolean stopping;

  /** Creates one who has got messages 1 to {@code messages}. */
  HistoryReader(Backlog.Receiver receiver, int messages, int limit, MessageText text, Meter meter) {
    user = receiver.user();
    conversation = ConversationId.direct(user.id(), receiver.sender());
    this.messages = messages;
    this.limit = limit;
    this.text = text;
    this.meter = meter;
  }

  void read() {
    if (stopping) {
      end.complete(null);
      return;
    }
    long start = System.nanoTime();
    long first = ThreadLocalRandom.current().nextLong(1, messages - limit + 2);
    var _ =
        user.ask(new Command.History(conversation, first + limit, null, limit), Crew.REPLY_TIMEOUT)
            .whenComplete((reply, failure) -> {
              if (isPage(reply, first)) {
                meter.done(System.nanoTime() - start);
                read();
              } else {
                var what = failure == null ? reply : failure;
                meter.violations().add(user.account() + " at " + first + ": " + what);
                end.complete(null);
              }
            });
  }

  private boolean isPage(@Nullable Reply reply, long first) {
    return reply instanceof Reply.History page
        && page.conversation().equals(conversation)
        && page.more() == (first > 1)
        && page.messages().stream()
            .map(ChatMessage::seq)
            .toList()
            .equals(LongStream.range(first, first + limit).boxed().toList())
        && page.messages().stream().allMatch(each -> text.numberIn(each.text()) == each.seq());
  }

  /** Reads nothing more; done when the last page is there. */
  CompletableFuture<Void> stop() {
    stopping = true;
    return end;
  }
}
