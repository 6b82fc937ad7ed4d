package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadsTest {
  private static final ConversationId ONE = ConversationId.group(new GroupId(1));
  private static final ConversationId TWO = ConversationId.group(new GroupId(2));

  private final Heads heads = new Heads();

  @Test
  void goesForwardOnly() {
    heads.committed(Map.of(ONE, 7L));
    heads.heard(ONE, 9);
    heads.committed(Map.of(ONE, 8L));
    heads.heard(ONE, 3);

    assertThat(heads.get(ONE)).isEqualTo(9);
  }

  /** What stands before a message that was heard of may not be known to be there. */
  @Test
  void hearsOnlyOfWhatIsWrittenHere() {
    heads.heard(TWO, 4);

    assertThat(heads.get(TWO)).isNull();
  }

  @Test
  void forgets() {
    heads.committed(Map.of(ONE, 7L, TWO, 5L));
    heads.forget(List.of(ONE));
    assertThat(heads.get(ONE)).isNull();
    assertThat(heads.get(TWO)).isEqualTo(5);

    heads.forgetAll();
    assertThat(heads.get(TWO)).isNull();
  }
}
