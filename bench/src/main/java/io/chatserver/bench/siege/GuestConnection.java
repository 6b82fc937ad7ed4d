package io.chatserver.bench.siege;

import io.chatserver.bench.Throttling;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder.Terminator;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestWriter;
import io.chatserver.protocol.ResponseReader;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A connection of a well-behaved user: sends requests, and passes on the server's pushes.
 *
 * <p>Threads: any sends; its own thread reads, completes the replies and passes on the pushes.
 */
final class GuestConnection implements AutoCloseable {
  private static final int MAX_LINE = 8 << 20;
  private static final ResponseReader READER = new ResponseReader();

  private final Socket raw;
  private final Socket socket;
  private final Consumer<Push> pushes;
  private final Map<Long, CompletableFuture<Reply>> questions = new ConcurrentHashMap<>();
  private final Object writing = new Object();
  private long lastRid;
  private volatile String ending = "";
  private volatile boolean ended;

  /**
   * Connects.
   *
   * @param source the source address, one of this machine
   * @param pushes receives the pushes, in the reading thread
   */
  GuestConnection(Door door, String source, Consumer<Push> pushes) throws IOException {
    this.pushes = pushes;
    var opened = door.open(source, 0);
    raw = opened.raw();
    socket = opened.socket();
    Thread.ofVirtual().name("guest-reader").start(this::readAll);
  }

  /** Sends a request; the reply fails with an {@link IOException} if the connection ends. */
  CompletableFuture<Reply> ask(Command command) throws IOException {
    var answer = new CompletableFuture<Reply>();
    synchronized (writing) {
      long rid = ++lastRid;
      questions.put(rid, answer);
      write(new Frame.Request(rid, command));
    }
    if (ended) {
      failAll();
    }
    return answer;
  }

  /** Sends a request without a reply. */
  void tell(Command command) throws IOException {
    synchronized (writing) {
      write(new Frame.Request(null, command));
    }
  }

  /** Sends a request and waits for the reply. */
  Reply answer(Command command, Duration patience) throws IOException, InterruptedException {
    try {
      return ask(command).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer to " + command.type() + " within " + patience, e);
    }
  }

  private void write(Frame.Request request) throws IOException {
    var bytes = RequestWriter.write(request, UnpooledByteBufAllocator.DEFAULT);
    try {
      var line = new byte[bytes.readableBytes()];
      bytes.readBytes(line);
      socket.getOutputStream().write(line);
    } finally {
      bytes.release();
    }
  }

  private void readAll() {
    try {
      var in = new BufferedInputStream(socket.getInputStream());
      var line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
        } else {
          take(READER.read(line.toByteArray(), Terminator.NEWLINE));
          line.reset();
        }
        if (line.size() > MAX_LINE) {
          throw new IOException("an object of more than " + MAX_LINE + " bytes");
        }
      }
      note("the server closed the connection");
    } catch (IOException e) {
      note(String.valueOf(e.getMessage()));
    } finally {
      ended = true;
      failAll();
      close();
    }
  }

  private void note(String why) {
    if (ending.isEmpty()) {
      ending = why;
    }
  }

  private void take(Frame frame) throws IOException {
    switch (frame) {
      case Frame.Response(var rid, var _, var reply) -> {
        var question = rid == null ? null : questions.remove(rid);
        if (question == null) {
          throw new IOException("an answer to nothing: " + reply);
        }
        question.complete(reply);
      }
      case Frame.Event(Push.Closing(var reason, var _)) ->
          note("the server closed the connection: " + Throttling.explain(reason));
      case Frame.Event(var push) -> pushes.accept(push);
      case Frame.Malformed _, Frame.Request _ -> throw new IOException("unreadable: " + frame);
    }
  }

  private void failAll() {
    for (var rid : List.copyOf(questions.keySet())) {
      var question = questions.remove(rid);
      if (question != null) {
        question.completeExceptionally(new IOException(ending));
      }
    }
  }

  boolean isOpen() {
    return !ended;
  }

  /** The reason why the connection ended; empty while it is open. */
  String ending() {
    return ending;
  }

  @Override
  public void close() {
    try {
      raw.close();
    } catch (IOException _) {
      // The socket is closed anyway.
    }
  }
}
