package io.chatserver.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import org.junit.jupiter.api.Test;

class CursorTest {
  private final Cursor cursor = new Cursor(new UserId(1), ConversationId.group(new GroupId(1)), "");

  @Test
  void waitsOnceHoweverOftenItMoves() {
    assertThat(cursor.advance(1, 0)).isTrue();
    assertThat(cursor.advance(2, 0)).isFalse();
    assertThat(cursor.advance(3, 0)).isFalse();
    assertThat(cursor.received()).isEqualTo(3);

    cursor.taken();

    assertThat(cursor.advance(4, 0)).isTrue();
  }

  @Test
  void waitsOnceWhenItIsPutBack() {
    cursor.advance(1, 0);
    cursor.taken();
    assertThat(cursor.putBack()).isTrue();
    assertThat(cursor.advance(2, 0)).isFalse();

    cursor.taken();
    cursor.advance(3, 0);
    assertThat(cursor.putBack()).isFalse();
  }

  @Test
  void onlyMovesForward() {
    assertThat(cursor.advance(5, 3)).isTrue();
    cursor.taken();

    assertThat(cursor.advance(4, 2)).isFalse();
    assertThat(cursor.advance(4, 4)).isTrue();
    assertThat(cursor.received()).isEqualTo(5);
    assertThat(cursor.read()).isEqualTo(4);
  }
}
