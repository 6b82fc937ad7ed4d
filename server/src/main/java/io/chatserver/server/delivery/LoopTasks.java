package io.chatserver.server.delivery;

import io.chatserver.server.session.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a batch gives each event loop to do, in order: it is woken once. Threads: one. */
final class LoopTasks {
  private static final Logger log = LoggerFactory.getLogger(LoopTasks.class);

  private final Map<ScheduledExecutorService, List<Runnable>> tasksByLoop = new HashMap<>();

  void add(Session session, Runnable task) {
    add(session.connection().loop(), task);
  }

  void add(ScheduledExecutorService loop, Runnable task) {
    tasksByLoop.computeIfAbsent(loop, _ -> new ArrayList<>()).add(task);
  }

  /** One session's fault is no other's. */
  static void runAlone(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("a delivery failed", e);
    }
  }

  void run() {
    tasksByLoop.forEach((loop, tasks) -> {
      try {
        loop.execute(() -> tasks.forEach(LoopTasks::runAlone));
      } catch (RejectedExecutionException _) {
        // The loop has ended, and its connections with it.
      }
    });
  }
}
