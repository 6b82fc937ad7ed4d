package io.chatserver.server.session;

import io.chatserver.protocol.ChatMessage;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A connection with an event loop of its own, which keeps what it is pushed. Threads: any. */
public final class LoopConnection implements Connection, AutoCloseable {
  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final List<String> texts = new CopyOnWriteArrayList<>();

  /** The texts of the messages that were pushed. */
  public List<String> texts() {
    return texts;
  }

  /** Does something in the loop, and returns when that is done. */
  public void run(Runnable task) {
    CompletableFuture.runAsync(task, loop).join();
  }

  @Override
  public ScheduledExecutorService loop() {
    return loop;
  }

  @Override
  public InetAddress address() {
    return InetAddress.getLoopbackAddress();
  }

  @Override
  public void pause(Duration time) {}

  @Override
  public WireForm form() {
    return WireForm.MODERN;
  }

  @Override
  public ShownNumbers shown() {
    return ShownNumbers.NONE;
  }

  @Override
  public void assume(ShownNumbers numbers) {}

  @Override
  public Reply.LoggedIn fit(Reply.LoggedIn login) {
    return login;
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void respond(Frame.Response response) {}

  @Override
  public void respond(Frame.Response response, Runnable onWritten) {
    onWritten.run();
  }

  @Override
  public void push(PreparedPush push, Runnable onWritten) {
    texts.add(((ChatMessage) push.entry()).text());
    onWritten.run();
  }

  @Override
  public void push(Push push) {}

  @Override
  public void afterWrites(Runnable onWritten) {
    onWritten.run();
  }

  @Override
  public void drop(int requests) {}

  @Override
  public void holds(Use use, long bytes) {}

  @Override
  public void close(DisconnectReason reason) {}

  @Override
  public void close() {
    loop.shutdown();
  }
}
