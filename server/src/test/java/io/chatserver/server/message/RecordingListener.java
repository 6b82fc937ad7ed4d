package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what became of drafts; can be held up. Threads: any. */
final class RecordingListener implements LogListener<Said> {
  private final List<Committed<Said>> committed = new ArrayList<>();
  private final List<Committed<Said>> repeated = new ArrayList<>();
  private final List<Said> conflicting = new ArrayList<>();
  private final List<Said> refused = new ArrayList<>();
  private final List<StoredEntry> changed = new ArrayList<>();
  private final List<Said> failed = new ArrayList<>();
  private final AtomicInteger batches = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  @Override
  public void committed(List<Committed<Said>> batch) {
    batches.incrementAndGet();
    synchronized (this) {
      committed.addAll(batch);
    }
    try {
      gate.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void repeated(List<Committed<Said>> drafts) {
    repeated.addAll(drafts);
  }

  @Override
  public synchronized void conflicting(List<Said> drafts) {
    conflicting.addAll(drafts);
  }

  @Override
  public synchronized void refused(List<Said> drafts) {
    refused.addAll(drafts);
  }

  @Override
  public synchronized void changed(StoredEntry stored) {
    changed.add(stored);
  }

  @Override
  public synchronized void failed(List<Said> batch, Throwable cause) {
    failed.addAll(batch);
  }

  /** Holds up whoever tells it of something, until {@link #release}. */
  void holdUp() {
    gate = new CountDownLatch(1);
  }

  void release() {
    gate.countDown();
  }

  int batches() {
    return batches.get();
  }

  synchronized List<ChatMessage> messages() {
    return committed.stream().map(Committed::message).toList();
  }

  /** The messages that repeated drafts were found to be. */
  synchronized List<ChatMessage> repeatedMessages() {
    return repeated.stream().map(Committed::message).toList();
  }

  synchronized List<Said> conflictingDrafts() {
    return List.copyOf(conflicting);
  }

  synchronized List<Said> refusedDrafts() {
    return List.copyOf(refused);
  }

  synchronized List<StoredEntry> changes() {
    return List.copyOf(changed);
  }

  synchronized List<Said> committedDrafts() {
    return committed.stream().map(Committed::draft).toList();
  }

  synchronized List<Said> failedDrafts() {
    return List.copyOf(failed);
  }

  /** How many more drafts failed when this has run. */
  int failedAfter(Runnable speech) {
    int before = failedDrafts().size();
    speech.run();
    return failedDrafts().size() - before;
  }

  /** How many drafts it was told of. */
  synchronized int told() {
    return committed.size() + repeated.size() + conflicting.size() + refused.size() + failed.size();
  }
}
