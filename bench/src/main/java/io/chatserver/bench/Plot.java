package io.chatserver.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A {@link Report} as a picture: throughput and percentiles of latency over time. */
final class Plot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 360;

  /** A logarithmic axis has no place for the 0 of a second in which nothing was done. */
  private static final double LEAST_MILLIS = 0.001;

  private final Report report;

  private Plot(Report report) {
    this.report = report;
  }

  /** Writes it as PNG. */
  static void write(Report report, Path file) throws IOException {
    var plot = new Plot(report);
    try (var out = Files.newOutputStream(file)) {
      BitmapEncoder.saveBitmap(
          List.of(plot.throughput(), plot.latency()), 2, 1, out, BitmapEncoder.BitmapFormat.PNG);
    }
  }

  private XYChart throughput() {
    var chart = chart(report.title(), report.plural() + "/s");
    chart.getStyler().setYAxisDecimalPattern("#,##0").setYAxisMin(0.0).setLegendVisible(false);
    add(chart, report.plural() + "/s", Report.Step::perSecond);
    return chart;
  }

  private XYChart latency() {
    var chart = chart("", "latency ms");
    chart.getStyler().setYAxisLogarithmic(true).setLegendPosition(LegendPosition.InsideNE);
    add(chart, "max", step -> Math.max(LEAST_MILLIS, step.max()));
    add(chart, "p99", step -> Math.max(LEAST_MILLIS, step.p99()));
    add(chart, "p50", step -> Math.max(LEAST_MILLIS, step.p50()));
    return chart;
  }

  private static XYChart chart(String title, String yAxis) {
    return new XYChartBuilder()
        .width(WIDTH)
        .height(HEIGHT)
        .title(title)
        .xAxisTitle("second")
        .yAxisTitle(yAxis)
        .build();
  }

  private void add(XYChart chart, String name, ToDoubleFunction<Report.Step> figure) {
    var steps = report.measured().steps();
    var seconds = new double[steps.size()];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = i + 1;
    }
    var figures = steps.stream().mapToDouble(figure).toArray();
    chart.addSeries(name, seconds, figures).setMarker(SeriesMarkers.NONE);
  }
}
