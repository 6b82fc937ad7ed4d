package io.chatserver.protocol;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The numberings that C++ clients may have, the likeliest first.
 *
 * <p>Threads: any.
 */
public final class Numberings {
  /** With the original's as the likeliest. */
  public static final Numberings DEFAULT = new Numberings(Numbering.USUAL);

  private final List<Numbering> candidates;

  /**
   * Creates the list.
   *
   * @param first the numbering of most clients of this community; the known ones follow
   */
  public Numberings(Numbering first) {
    candidates = Stream.concat(Stream.of(first), Numbering.all().stream()).distinct().toList();
  }

  /** The numbering of a client that has shown nothing. */
  Numbering first() {
    return candidates.getFirst();
  }

  /** The likeliest numbering of a client that has shown this; null if there is none. */
  @Nullable Numbering likeliest(ShownNumbers shown) {
    return candidates.stream().filter(shown::fits).findFirst().orElse(null);
  }
}
