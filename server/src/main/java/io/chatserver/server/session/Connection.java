package io.chatserver.server.session;

import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.ShownNumbers;
import io.chatserver.protocol.WireForm;
import io.chatserver.server.memory.Use;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A client's connection as the features see it.
 *
 * <p>Everything that is written goes out by itself once its event loop has nothing else to do.
 */
public interface Connection {
  /** The event loop that serves this connection. Tasks given to one loop run in order. */
  ScheduledExecutorService loop();

  /** The address of the client, also behind a load balancer. */
  InetAddress address();

  /** How this connection is written to. */
  WireForm form();

  /** The numbers that a C++ client has shown, and those assumed of it. */
  ShownNumbers shown();

  /** Assumes that a C++ client uses these numbers unless it has shown others; in the loop only. */
  void assume(ShownNumbers numbers);

  /** What of a login's answer this connection can be told at once. */
  Reply.LoggedIn fit(Reply.LoggedIn login);

  /** Whether more may be written now; in the loop only. When it becomes so, its session is told. */
  boolean isWritable();

  /** Answers a request; in the loop only. */
  void respond(Frame.Response response);

  /**
   * Answers a request; in the loop only.
   *
   * @param onWritten run in the loop once all of it was handed to the operating system; never if
   *     the connection breaks first
   */
  void respond(Frame.Response response, Runnable onWritten);

  /** Pushes a message; in the loop only. {@code onWritten} as above. */
  void push(PreparedPush push, Runnable onWritten);

  /** Pushes something else; in the loop only. */
  void push(Push push);

  /** Runs something in the loop when all that was written before was handed over. */
  void afterWrites(Runnable onWritten);

  /** Releases requests that will get no reply because the connection is closed. */
  void drop(int requests);

  /**
   * Sets the heap, in bytes, that is held for this connection besides its requests and its
   * unwritten bytes. It replaces the previous value. In the loop only.
   */
  void holds(Use use, long bytes);

  /**
   * Takes no requests for a time, including requests already received; in the loop only. A longer
   * pause in progress stays.
   */
  void pause(Duration time);

  /** Sends the reason and closes the connection; from any thread, once. */
  void close(DisconnectReason reason);
}
