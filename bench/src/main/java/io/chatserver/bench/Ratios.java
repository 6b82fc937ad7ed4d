package io.chatserver.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The ratios of this build to another, one for each round in which both were measured, and what
 * follows from them.
 *
 * <p>Threads: one.
 */
final class Ratios {
  /** Fewer rounds say nothing. */
  static final int LEAST_ROUNDS = 7;

  /** More rounds are not made. */
  static final int MOST_ROUNDS = 15;

  private static final double MOST_MEDIAN = 1.03;
  private static final double MIDDLE_HALF_BELOW = 1.06;

  private final List<Double> all = new ArrayList<>();

  /** The verdict on ratios of a cost. */
  enum Verdict {
    NO_SLOWER,
    SLOWER,
    /** More rounds are needed. */
    NOT_CLEAR
  }

  void add(double ratio) {
    all.add(ratio);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  double median() {
    return quantile(0.5);
  }

  double firstQuartile() {
    return quantile(0.25);
  }

  double thirdQuartile() {
    return quantile(0.75);
  }

  /** Between the two nearest in proportion, as most programs have it. */
  private double quantile(double part) {
    var sorted = all.stream().sorted().toList();
    double at = part * (sorted.size() - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
  }

  /**
   * Judges a cost: no slower is a median of at most 1.03 with a middle half below 1.06, after at
   * least seven rounds. What is not, is slower only if its whole middle half is over 1.03, or after
   * fifteen rounds.
   */
  Verdict verdict() {
    if (all.size() < LEAST_ROUNDS) {
      return Verdict.NOT_CLEAR;
    }
    if (median() <= MOST_MEDIAN && thirdQuartile() < MIDDLE_HALF_BELOW) {
      return Verdict.NO_SLOWER;
    }
    boolean certain = firstQuartile() > MOST_MEDIAN || all.size() >= MOST_ROUNDS;
    return certain ? Verdict.SLOWER : Verdict.NOT_CLEAR;
  }

  /** The median and the middle half, then all rounds. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "median %.3f, middle half %.3f to %.3f; rounds %s",
        median(),
        firstQuartile(),
        thirdQuartile(),
        all.stream()
            .map(ratio -> String.format(Locale.ROOT, "%.3f", ratio))
            .collect(Collectors.joining(" ")));
  }
}
