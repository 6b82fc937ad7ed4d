package io.chatserver.protocol;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The numbers of the original's ten message types, as one of its forks uses them. The fields are
 * the same in all of them.
 *
 * @param numbers ten different numbers from 0 to 99, in this order: login, login ack, logout,
 *     register, register ack, direct chat, add friend, create group, join group, group chat
 */
public record Numbering(List<Integer> numbers) {
  /** The number of types that forks number: those that the original numbers from 1 on. */
  static final int SIZE = 10;

  /** The largest number. */
  public static final int MAX_NUMBER = 99;

  /** The original's numbers, which modern clients use, too. */
  public static final Numbering USUAL = of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

  /** No number is longer than in this one. */
  static final Numbering LONGEST = of(90, 91, 92, 93, 94, 95, 96, 97, 98, 99);

  /**
   * The numberings of known forks by name, as found in their sources. The commonest come first; of
   * those with the same number of a request, those whose answer has the same number, too.
   */
  private static final Map<String, Numbering> KNOWN = known();

  public Numbering {
    if (numbers.size() != SIZE) {
      throw new IllegalArgumentException("ten numbers are needed");
    }
    if (numbers.stream().anyMatch(number -> number < 0 || number > MAX_NUMBER)) {
      throw new IllegalArgumentException("a number is not from 0 to " + MAX_NUMBER);
    }
    if (new HashSet<>(numbers).size() != SIZE) {
      throw new IllegalArgumentException("a number occurs twice");
    }
    numbers = List.copyOf(numbers);
  }

  private static Numbering of(int... numbers) {
    return new Numbering(IntStream.of(numbers).boxed().toList());
  }

  private static Map<String, Numbering> known() {
    var known = new LinkedHashMap<String, Numbering>();
    known.put("usual", USUAL);
    known.put("b", of(1, 2, 10, 3, 4, 5, 6, 7, 8, 9));
    known.put("c", of(1, 2, 7, 3, 4, 5, 6, 8, 9, 10));
    known.put("d", of(1, 4, 5, 2, 3, 6, 7, 8, 9, 10));
    known.put("e", of(1, 4, 10, 2, 3, 5, 6, 7, 8, 9));
    known.put("f", of(1, 5, 7, 2, 6, 3, 4, 8, 9, 11));
    known.put("g", of(1, 3, 2, 4, 5, 6, 7, 8, 9, 10));
    known.put("h", of(1, 2, 10, 3, 4, 5, 6, 9, 8, 7));
    known.put("i", of(1, 2, 5, 3, 4, 6, 7, 8, 9, 10));
    known.put("j", of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    return known;
  }

  /** The numberings of known forks, the commonest first. */
  public static List<Numbering> all() {
    return List.copyOf(KNOWN.values());
  }

  /** The names of the known numberings. */
  public static String names() {
    return String.join(", ", KNOWN.keySet());
  }

  /**
   * Parses a name of a known numbering, or ten numbers with blanks between them.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Numbering parse(String text) {
    var stripped = text.strip();
    var known = KNOWN.get(stripped.toLowerCase(Locale.ROOT));
    return known != null
        ? known
        : new Numbering(Arrays.stream(stripped.split("\\s+")).map(Integer::valueOf).toList());
  }

  /** The index of one of the ten types in a list of numbers. */
  static int index(MessageType type) {
    return type.number() - 1;
  }

  /** The {@code msgid} of a type. */
  public int number(MessageType type) {
    int index = index(type);
    return index < SIZE ? numbers.get(index) : type.number();
  }

  @Override
  public String toString() {
    return numbers.stream().map(Object::toString).collect(Collectors.joining(" "));
  }
}
