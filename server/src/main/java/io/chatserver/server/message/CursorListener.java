package io.chatserver.server.message;

import java.util.List;

/** Hears which cursors were stored. Threads: the writer of the cursors, which goes on then. */
public interface CursorListener {
  /** These are stored, at least as far as they had moved when that began. */
  void stored(List<Cursor> cursors);
}
