package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.ServerConfig.WentBack;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BatchWriterTest {
  private static final Said TEXT =
      new Said(ConversationId.group(new GroupId(1)), new UserId(1), "ann", null, "x", "before");

  private String epoch = "before";

  /** An empty log, in which nobody is a member. */
  private final class EmptyStore implements LogStore, LogStore.Reads {
    @Override
    public <T> T store(
        Set<ConversationId> locked, Function<Reads, T> numbering, Function<T, List<Row>> rows) {
      return numbering.apply(this);
    }

    @Override
    public String epoch() {
      return epoch;
    }

    @Override
    public void renewEpoch(String old) {
      throw new AssertionError("the log did not go back");
    }

    @Override
    public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
      return Map.of();
    }

    @Override
    public Map<Row.Key, Known> find(Collection<Row.Key> keys) {
      return Map.of();
    }

    @Override
    public Set<Sender> members(Collection<Sender> senders) {
      return Set.of();
    }
  }

  /** Another thread notices a new epoch while the batch is dated. */
  private final class ChangingClock extends Clock {
    @Override
    public Instant instant() {
      epoch = "after";
      return Instant.EPOCH;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void judgesABatchByOneEpoch() {
    var heads = new Heads(Clock.systemUTC(), System::nanoTime);
    var writer =
        new BatchWriter<Said>(
            new EmptyStore(), heads, new ChangingClock(), new LogMeter(), WentBack.REFUSE);

    var numbered = writer.store(List.of(TEXT));

    assertThat(numbered.refused()).isEmpty();
    assertThat(numbered.committed()).hasSize(1);
    assertThat(writer.store(List.of(TEXT)).refused()).containsExactly(TEXT);
  }
}
