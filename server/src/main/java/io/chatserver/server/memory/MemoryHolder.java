package io.chatserver.server.memory;

/** A connection, as seen by its account. Threads: its event loop. */
public interface MemoryHolder {
  /** Updates its account with the memory that it holds now. */
  void count();

  /** Whether it has requests in flight, which hold memory even if it is closed. */
  boolean isBusy();

  /** A number that changes when the client has sent an object or read something. */
  long progress();

  /** Called when it may be read again. */
  void mayBeRead();

  /** Closes it to free its memory. */
  void closeForMemory();
}
