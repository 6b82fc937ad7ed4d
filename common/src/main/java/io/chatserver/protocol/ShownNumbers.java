package io.chatserver.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The numbers that a C++ client has used in its requests: some of its {@link Numbering}.
 *
 * @param numbers as in {@link Numbering}; {@link #UNKNOWN} for a type that it has not used
 */
public record ShownNumbers(List<Integer> numbers) {
  static final int UNKNOWN = -1;

  private static final String UNKNOWN_TEXT = "-";

  /** Nothing was shown. */
  public static final ShownNumbers NONE =
      new ShownNumbers(Collections.nCopies(Numbering.SIZE, UNKNOWN));

  public ShownNumbers {
    if (numbers.size() != Numbering.SIZE) {
      throw new IllegalArgumentException("ten numbers are needed");
    }
    numbers = List.copyOf(numbers);
  }

  /** Adds a number. */
  ShownNumbers with(MessageType type, int number) {
    if (numbers.get(Numbering.index(type)) == number) {
      return this;
    }
    var more = new ArrayList<>(numbers);
    more.set(Numbering.index(type), number);
    return new ShownNumbers(more);
  }

  /** Adds what was shown later, which wins. */
  ShownNumbers and(ShownNumbers later) {
    return new ShownNumbers(
        IntStream.range(0, Numbering.SIZE)
            .mapToObj(i -> later.numbers.get(i) == UNKNOWN ? numbers.get(i) : later.numbers.get(i))
            .toList());
  }

  /**
   * Whether this shows no numbering: a login with the number that nearly all forks use, or a
   * logout, which some forks number as others do something else.
   */
  public boolean isEmpty() {
    return IntStream.range(0, Numbering.SIZE)
        .allMatch(i ->
            numbers.get(i) == UNKNOWN
                || i == Numbering.index(MessageType.LOGOUT)
                || (i == Numbering.index(MessageType.LOGIN)
                    && numbers.get(i) == MessageType.LOGIN.number()));
  }

  /** Whether a client with this numbering shows this. */
  boolean fits(Numbering numbering) {
    return IntStream.range(0, Numbering.SIZE)
        .allMatch(
            i -> numbers.get(i) == UNKNOWN || numbers.get(i).equals(numbering.numbers().get(i)));
  }

  /** The form for {@link #parse}: ten numbers, with a hyphen for each unknown one. */
  public String text() {
    return numbers.stream()
        .map(number -> number == UNKNOWN ? UNKNOWN_TEXT : number.toString())
        .collect(Collectors.joining(" "));
  }

  /**
   * Parses this form; an empty text is {@link #NONE}.
   *
   * @throws IllegalArgumentException if it is not of this form
   */
  public static ShownNumbers parse(String text) {
    return text.isEmpty()
        ? NONE
        : new ShownNumbers(
            Arrays.stream(text.split(" ", -1))
                .map(each -> each.equals(UNKNOWN_TEXT) ? UNKNOWN : Integer.valueOf(each))
                .toList());
  }
}
