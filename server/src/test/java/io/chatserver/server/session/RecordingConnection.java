package io.chatserver.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.Numbering;
import io.chatserver.protocol.PreparedPush;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.ShownNumbers;
import io.chatserver.protocol.WireForm;
import io.chatserver.server.memory.Use;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A connection that keeps what it is given. It takes so many pushes until they are handed over,
 * which is when the test says so; time and tasks of its event loop are the test's, too.
 *
 * <p>Threads: one.
 */
public final class RecordingConnection implements Connection {
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final Queue<Runnable> notHandedOver = new ArrayDeque<>();
  private final List<ChatMessage> pushed = new ArrayList<>();
  private final List<Push.Page> pages = new ArrayList<>();
  private final List<Push> others = new ArrayList<>();
  private final List<Reply> replies = new ArrayList<>();
  private final List<DisconnectReason> closings = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private WireForm form = WireForm.MODERN;
  private ShownNumbers shown = ShownNumbers.NONE;
  private final Map<Use, Long> held = new EnumMap<>(Use.class);
  private int dropped;
  private int room = Integer.MAX_VALUE;

  public RecordingConnection() {
    loop.freezeTime();
  }

  public void becomesLegacy() {
    form = WireForm.legacy(Numbering.USUAL);
  }

  /** Its client shows these numbers. */
  public void shows(String numbers, String numbering) {
    shown = ShownNumbers.parse(numbers);
    form = WireForm.legacy(Numbering.parse(numbering));
  }

  /** Takes so many pushes from now on. */
  void takes(int pushes) {
    room = pushes;
  }

  /** Everything that was written reaches the operating system. */
  void handOver() {
    for (var next = notHandedOver.poll(); next != null; next = notHandedOver.poll()) {
      next.run();
    }
  }

  /** Runs what the loop has to do. */
  public void runLoop() {
    loop.runPendingTasks();
  }

  /** Runs what the loop has to do until so much later. */
  public void runLoopFor(Duration time) {
    loop.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    loop.runPendingTasks();
  }

  List<ChatMessage> pushed() {
    return pushed;
  }

  List<Long> pushedSeqs() {
    return pushed.stream().map(ChatMessage::seq).toList();
  }

  public List<Reply> replies() {
    return replies;
  }

  public List<DisconnectReason> closings() {
    return closings;
  }

  /** For how long it was paused, each time. */
  public List<Duration> pauses() {
    return pauses;
  }

  @Override
  public ScheduledExecutorService loop() {
    return loop.eventLoop();
  }

  @Override
  public InetAddress address() {
    return InetAddress.getLoopbackAddress();
  }

  @Override
  public void pause(Duration time) {
    pauses.add(time);
  }

  @Override
  public WireForm form() {
    return form;
  }

  @Override
  public ShownNumbers shown() {
    return shown;
  }

  @Override
  public void assume(ShownNumbers numbers) {
    shown = numbers;
  }

  @Override
  public Reply.LoggedIn fit(Reply.LoggedIn login) {
    return login;
  }

  @Override
  public boolean isWritable() {
    return room > 0;
  }

  @Override
  public void respond(Frame.Response response) {
    respond(response, () -> {});
  }

  @Override
  public void respond(Frame.Response response, Runnable onWritten) {
    replies.add(response.reply());
    notHandedOver.add(onWritten);
  }

  @Override
  public void push(PreparedPush push, Runnable onWritten) {
    assertThat(room).as("room for %s", push.entry()).isPositive();
    room--;
    if (push.entry() instanceof ChatMessage message) {
      pushed.add(message);
    } else {
      others.add(new Push.EntryReceived(push.entry()));
    }
    notHandedOver.add(onWritten);
  }

  @Override
  public void push(Push push) {
    if (push instanceof Push.Page page) {
      pages.add(page);
      pushed.addAll(page.messages());
    } else {
      others.add(push);
    }
  }

  List<Push.Page> pages() {
    return pages;
  }

  /** What was pushed that is no single message. */
  public List<Push> others() {
    return others;
  }

  @Override
  public void afterWrites(Runnable onWritten) {
    notHandedOver.add(onWritten);
  }

  @Override
  public void drop(int requests) {
    dropped += requests;
  }

  /** Requests that were dropped. */
  public int dropped() {
    return dropped;
  }

  @Override
  public void holds(Use use, long bytes) {
    held.put(use, bytes);
  }

  /** What is held for something beside requests and what is written. */
  long held(Use use) {
    return held.getOrDefault(use, 0L);
  }

  @Override
  public void close(DisconnectReason reason) {
    closings.add(reason);
  }
}
