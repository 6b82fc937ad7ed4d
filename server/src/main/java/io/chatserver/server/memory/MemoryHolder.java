package io.chatserver.server.memory;

/** A connection, as its account sees it. Threads: its event loop. */
public interface MemoryHolder {
  /** Tells its account what it holds now, and gives back what it does not hold any more. */
  void count();

  /** Whether requests of it are under way, which hold memory although it is closed. */
  boolean isBusy();

  /** A number that changes whenever the client has sent an object or taken something. */
  long progress();

  /** It may be read again. */
  void mayBeRead();

  /** Closes it: others need the memory. */
  void closeForMemory();
}
