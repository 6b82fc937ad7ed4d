package io.chatserver.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Both sides of a wire add up the same, and a difference shows. */
final class StreamDigestTest {
  private static final ConversationId DIRECT = ConversationId.parse("d1-2");
  private static final ConversationId GROUP = ConversationId.parse("g7");

  @Test
  void isAsTheDocumentShows() {
    var digest = new StreamDigest();
    assertThat(digest.text()).isEqualTo("0000000000000000");

    digest.add(GROUP, 12);
    assertThat(digest.text()).isEqualTo("7e212e1899d52e41");
    digest.add(GROUP, 13);
    assertThat(digest.text()).isEqualTo("20f8e42135c82b3a");
    digest.add(DIRECT, 1);
    assertThat(digest.text()).isEqualTo("d33351ea8772ef48");
  }

  @Test
  void differsForEverythingThatIsLostRepeatedOrAnother() {
    assertThat(digest(1, 2, 3))
        .isNotEqualTo(digest(1, 2))
        .isNotEqualTo(digest(1, 3))
        .isNotEqualTo(digest(1, 2, 3, 3))
        .isNotEqualTo(digest(1, 2, 4))
        .isEqualTo(digest(3, 2, 1));
  }

  private static String digest(long... seqs) {
    var digest = new StreamDigest();
    for (long seq : seqs) {
      digest.add(GROUP, seq);
    }
    return digest.text();
  }
}
